package io.relaygate.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The table of every rule of access, {@code access/table.txt}, which says itself how it is read. */
final class AccessTable {

    private static final int COLUMNS = 7;

    private AccessTable() {}

    /** What becomes of a session. */
    enum Verdict {
        PASSES,
        REFUSED,
        /** Its bytes go no faster than they may. */
        SLOWED,
        /** It is served when another one is over. */
        WAITS
    }

    /**
     * One row.
     *
     * @param line where it stands
     * @param what the settings that it proves
     * @param entryPoint where the client connects
     * @param place what it names there, by {@code server}, {@code to} and {@code asks}
     * @param who the words that say how it connects or what it shows
     * @param from its address
     * @param as the address that a PROXY header says, or null if there is none
     * @param meanwhile what goes on besides
     * @param reason what is logged of it
     */
    record Row(
            int line,
            List<String> what,
            String entryPoint,
            Map<String, String> place,
            String who,
            String from,
            @Nullable String as,
            String meanwhile,
            Verdict verdict,
            String reason) {

        static Row of(int line, List<String> cells) {
            if (cells.size() != COLUMNS) {
                throw new AssertionError("line " + line + " has " + cells.size() + " columns, not " + COLUMNS);
            }
            String[] to = cells.get(1).split(" ", -1);
            Map<String, String> place = new HashMap<>();
            for (int i = 1; i < to.length; i += 2) {
                place.put(to[i], to[i + 1]);
            }
            String[] from = cells.get(3).split(" as ", -1);
            return new Row(line, List.of(cells.getFirst().split(" ", -1)), to[0], Map.copyOf(place), cells.get(2), from[0],
                    from.length == 1 ? null : from[1], cells.get(4), Verdict.valueOf(cells.get(5).toUpperCase(Locale.ROOT)), cells.get(6));
        }

        /** The server name that its TLS asks for. */
        String server() {
            return Objects.requireNonNullElse(place.get("server"), "");
        }

        /** The same client at another server name. */
        Row at(String server) {
            return new Row(line, what, entryPoint, Map.of("server", server), who, from, as, "", verdict, reason);
        }

        @Override
        public String toString() {
            return "line " + line + ": " + String.join(" ", what) + " " + verdict + " " + who + " at " + entryPoint + " from " + from;
        }
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        List<String> lines = text("table.txt").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("what |")) {
                rows.add(Row.of(i + 1, List.of(line.split("\\|", -1)).stream().map(String::strip).toList()));
            }
        }
        return rows;
    }

    /** A file beside the table. */
    static String text(String name) {
        try (InputStream in = Objects.requireNonNull(AccessTable.class.getResourceAsStream("/access/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
