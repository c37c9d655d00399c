package io.relaygate.tunnel;

import java.time.Duration;

/**
 * Times of carriers, in nanoseconds.
 *
 * @param ping how often a carrier asks whether the peer is there
 * @param silence after how long without a byte a carrier is lost
 * @param hello how long a site may take to say HELLO
 * @param answer how long the peer may take until the carrier carries a lane
 * @param ackDelay how long an acknowledgement may wait for company
 * @param ackBytes after how many bytes it does not wait for that
 * @param ackSpacing how much time lies between two that bytes bring about: each is a message of its own
 */
record Timing(long ping, long silence, long hello, long answer, long ackDelay, int ackBytes, long ackSpacing) {

    /** As the specification has them: 5 s, 15 s, 5 s, 10 s, 20 ms, 16 KiB, 1 ms. */
    static final Timing USUAL = of(Duration.ofSeconds(5), Duration.ofSeconds(15));

    static Timing of(Duration ping, Duration silence) {
        return new Timing(
                ping.toNanos(),
                silence.toNanos(),
                Duration.ofSeconds(5).toNanos(),
                Duration.ofSeconds(10).toNanos(),
                Duration.ofMillis(20).toNanos(),
                16 * 1024,
                Duration.ofMillis(1).toNanos());
    }
}
