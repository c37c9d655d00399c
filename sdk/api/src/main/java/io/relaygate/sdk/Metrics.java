package io.relaygate.sdk;

import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * The numbers of one route, shown among the gateway's as {@code relaygate_PROTOCOL_NAME} with the label {@code route}; or of a
 * destination that a dialer reaches, as {@code relaygate_dialer_DIALER_NAME} with the label {@code destination}. Names are lower case with underscores, and without {@code _total}; base units are seconds and bytes. Any thread.
 */
public interface Metrics {

    /**
     * A number that only grows. Asking twice for a name gives the same one.
     *
     * @param meaning one sentence for the operator
     * @param labels the names of further labels
     * @throws IllegalArgumentException if the name cannot be one, or has other labels already
     */
    Counter counter(String name, String meaning, String... labels);

    /**
     * A number that goes up and down until the route ends, or the dialer's handle.
     *
     * @param meaning one sentence for the operator
     * @param value is asked whenever somebody looks: quick, and never blocks
     * @throws IllegalArgumentException if the name cannot be one
     */
    void gauge(String name, String meaning, DoubleSupplier value);

    /**
     * How often a value fell into each of a few buckets, for latencies and sizes. Asking twice for a name gives the same one.
     *
     * @param meaning one sentence for the operator
     * @param bounds the buckets' upper bounds, each larger than the one before; there is one more bucket, for all that is larger
     * @param labels the names of further labels
     * @throws IllegalArgumentException if the name cannot be one, has other labels already, or the bounds do not grow
     */
    Histogram histogram(String name, String meaning, List<Double> bounds, String... labels);

    /** How often a value fell into each of a few buckets. */
    @FunctionalInterface
    interface Histogram {
        /**
         * Takes a value, in the unit that the name says.
         *
         * @param labelValues one for each label, as for {@link Counter#add}
         */
        void observe(double value, String... labelValues);
    }

    /** A number that only grows. */
    @FunctionalInterface
    interface Counter {
        /**
         * Counts.
         *
         * @param amount not negative
         * @param labelValues one for each label: from the configuration or an enum, never from a client, because every
         *     new value is a new number for ever
         */
        void add(long amount, String... labelValues);
    }
}
