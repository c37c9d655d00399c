package io.relaygate.bench;

import java.util.Locale;

/**
 * Something measured.
 *
 * @param name what it is, with its unit
 * @param decimals how many to show
 * @param compared whether ratios of it mean something
 */
record Metric(String name, int decimals, boolean compared) {

    Metric(String name, int decimals) {
        this(name, decimals, true);
    }

    /** The value as text; a hyphen where there is none. */
    String show(double value) {
        return show(value, decimals);
    }

    static String show(double value, int decimals) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + decimals + "f", value) : "-";
    }
}
