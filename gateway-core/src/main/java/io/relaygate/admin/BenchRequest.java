package io.relaygate.admin;

/**
 * What is to be measured.
 *
 * @param destination the service, {@code site/service}: it is connected to, and nothing is sent to it
 * @param measuring the service of the same site that the protocol {@code measure} serves; need not be there
 * @param openings how often to connect, 1 to 20
 * @param bytes how many bytes to move each way at the most, 1 to 2^30
 * @param seconds for how long at the most, 1 to 60
 */
public record BenchRequest(String destination, String measuring, int openings, long bytes, int seconds) {

    /** Most bytes that may be moved each way. */
    public static final long MOST_BYTES = 1L << 30;

    /** Most connections to the service. */
    public static final int MOST_OPENINGS = 20;

    /** Longest time that bytes may be moved each way. */
    public static final int MOST_SECONDS = 60;

    /** Keeps to the bounds. */
    public BenchRequest {
        within("openings", openings, MOST_OPENINGS);
        within("bytes", bytes, MOST_BYTES);
        within("seconds", seconds, MOST_SECONDS);
    }

    private static void within(String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + ": expected 1 to " + most + ", found " + value);
        }
    }
}
