package io.relaygate.observe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** The pieces of a JSON line. RFC 8259. */
final class JsonText {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private JsonText() {}

    /** A moment to the millisecond, without quotes. */
    static String time(Instant moment) {
        return TIME.format(moment);
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
