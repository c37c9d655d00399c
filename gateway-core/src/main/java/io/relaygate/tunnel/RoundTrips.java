package io.relaygate.tunnel;

/** How long the peer takes to answer on a carrier. Guarded by the lock of its lane. */
final class RoundTrips {

    private final long began;
    private long last = -1;
    private long answers;

    /** Of a carrier that began then: what was never asked is no answer. */
    RoundTrips(long began) {
        this.began = began;
    }

    /** The answer to a question has come, whose token is when it was asked. */
    void answered(long token, long now) {
        if (token - began >= 0 && now - token >= 0) {
            last = now - token;
            answers++;
        }
    }

    /** The last one in nanoseconds, or -1. */
    long last() {
        return last;
    }

    /** How many there were. */
    long answers() {
        return answers;
    }
}
