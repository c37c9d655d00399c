package io.relaygate.bench;

/**
 * A key whose echo took long. Times are nanoseconds of the monotonic clock.
 *
 * @param port the client's port, by which the edge's log names the session
 */
record Wait(int port, long from, long to) {

    long nanos() {
        return to - from;
    }
}
