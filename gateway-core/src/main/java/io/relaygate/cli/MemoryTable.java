package io.relaygate.cli;

import io.relaygate.MemoryUse;
import io.relaygate.MemoryUse.Layer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What clients can make a gateway hold, for people.
 *
 * @param use what the configuration allows
 * @param heap what the process will have
 */
record MemoryTable(MemoryUse use, long heap) {

    /** Windows of tunnels are promised out of a quarter of the heap. */
    private static final int WINDOWS = 4;

    private static final double KIB = 1024;

    void print(PrintStream out, boolean all) {
        if (use.layers().isEmpty()) {
            return;
        }
        if (all) {
            Columns columns = new Columns("WHERE", "LAYER", "AT MOST", "OF ONE SOURCE", "SECONDS", "EACH", "ALL");
            use.layers().forEach(layer -> row(columns, layer));
            columns.print(out);
        }
        List<String> holders = new ArrayList<>();
        if (use.sessions() > 0) {
            holders.add(number(use.sessions()) + " sessions at ports");
        }
        if (use.requests() > 0) {
            holders.add(number(use.requests()) + " HTTP requests");
        }
        if (use.windows()) {
            holders.add("lanes of tunnels");
        }
        out.println("  memory: up to " + size(use.total()) + " for " + String.join(" and ", holders)
                + (all ? ", each session in its dearest layer" : "; --memory shows it by layer"));
    }

    private static void row(Columns columns, Layer layer) {
        columns.row(
                layer.of(),
                layer.name(),
                number(layer.most()),
                layer.ofOneSource() == null ? "all" : number(layer.ofOneSource()),
                seconds(layer.time()),
                layer.bytes() == 0 ? "" : size(layer.bytes()),
                layer.bytes() == 0 ? "none" : size(layer.all()));
    }

    /** What the heap may not hold. The gateway runs with it all the same: seldom are all sessions busy at once. */
    List<String> warnings() {
        long left = use.windows() ? heap - heap / WINDOWS : heap;
        if (use.total() <= left) {
            return List.of();
        }
        return List.of("memory: up to " + size(use.total()) + " is more than the " + size(left) + " that `relaygate run` has for it here"
                + (use.windows() ? ", beside a quarter of its heap for the windows of tunnels" : "")
                + "; lower maxSessions, or give it more: " + Heap.OPTIONS + "=-Xmx" + gigabytes(use.total()) + "g");
    }

    private long gigabytes(long bytes) {
        long wanted = use.windows() ? bytes / (WINDOWS - 1) * WINDOWS : bytes;
        return (long) Math.ceil(wanted / KIB / KIB / KIB);
    }

    private static String seconds(@Nullable Duration time) {
        return time == null ? "" : String.valueOf(time.toMillis() / 1000.0).replaceFirst("\\.0$", "");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** {@code 130 KiB}, {@code 1.2 GiB}. */
    static String size(long bytes) {
        double value = bytes / KIB;
        String unit = "KiB";
        for (String next : List.of("MiB", "GiB", "TiB")) {
            if (value >= KIB) {
                value /= KIB;
                unit = next;
            }
        }
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    }
}
