package io.relaygate.admin;

import java.util.List;

/**
 * What was measured.
 *
 * @param destination the service
 * @param mode {@code tunnel} or {@code plain}
 * @param relay the namespace that carried it
 * @param times how long things took
 * @param rates how fast bytes were moved; nothing if there is nothing to measure with
 * @param notes what could not be measured, and why
 */
public record BenchReport(
        String destination, String mode, String relay, List<Time> times, List<Rate> rates, List<String> notes) {

    /** Keeps its own copies. */
    public BenchReport {
        times = List.copyOf(times);
        rates = List.copyOf(rates);
        notes = List.copyOf(notes);
    }

    /**
     * How long something took, in microseconds.
     *
     * @param what what it is, for people
     * @param count how often it was measured
     */
    public record Time(String what, long count, long least, long median, long most) {}

    /**
     * How fast bytes were moved.
     *
     * @param direction {@code up}, from the client to the destination, or {@code down}
     * @param bytes how many
     * @param micros in how many microseconds
     * @param credit for how many of them senders at this end waited for credit, all sessions to the site together
     * @param room the same for room in their lane
     */
    public record Rate(String direction, long bytes, long micros, long credit, long room) {}
}
