package io.relaygate.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** The pieces of a JSON line. RFC 8259. */
final class JsonText {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    /** The last one that was asked for: most lines are of the same second as the one before. */
    private static volatile Second second = Second.of(0);

    private record Second(long number, String text) {

        static Second of(long number) {
            return new Second(number, SECONDS.format(Instant.ofEpochSecond(number)));
        }
    }

    private JsonText() {}

    /** A moment to the millisecond, without quotes. */
    static String time(Instant moment) {
        Second known = second;
        if (known.number() != moment.getEpochSecond()) {
            known = Second.of(moment.getEpochSecond());
            second = known;
        }
        // A thousand and so many: its last three digits.
        String millis = Integer.toString(1000 + moment.getNano() / 1_000_000);
        return known.text() + millis.substring(1) + "Z";
    }

    /** Appends a comma and a member; the value is a number, a truth, a list, a map or else a text. */
    static void member(StringBuilder out, String key, Object value) {
        out.append(',');
        Escaped.json(out, key);
        out.append(':');
        switch (value) {
            case Double number when number.isNaN() || number.isInfinite() -> Escaped.json(out, number.toString());
            case Float number when number.isNaN() || number.isInfinite() -> Escaped.json(out, number.toString());
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            case Map<?, ?> map -> {
                out.append('{');
                map.forEach((k, v) -> {
                    out.append(out.charAt(out.length() - 1) == '{' ? "" : ",");
                    Escaped.json(out, String.valueOf(k));
                    out.append(':');
                    Escaped.json(out, String.valueOf(v));
                });
                out.append('}');
            }
            case List<?> items -> {
                out.append('[');
                items.forEach(item -> {
                    out.append(out.charAt(out.length() - 1) == '[' ? "" : ",");
                    Escaped.json(out, String.valueOf(item));
                });
                out.append(']');
            }
            default -> Escaped.json(out, value.toString());
        }
    }
}
