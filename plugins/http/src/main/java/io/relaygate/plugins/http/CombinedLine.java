package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.RequestHead;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request in the combined form of access logs: NCSA's common one, and the fields {@code Referer} and {@code User-Agent} (Apache's
 * mod_log_config). What clients have said is cut at 256 characters each, and cannot end a line or its quotes.
 */
final class CombinedLine {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss xx", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final int LONGEST = 256;

    private CombinedLine() {}

    /**
     * The line, without its end.
     *
     * @param secrets parameters of queries that are secret
     */
    static String of(Served served, Instant now, Set<String> secrets) {
        RequestHead head = served.head();
        String request = head == null ? "-" : head.method() + " " + Redacted.address(head.target(), secrets) + " HTTP/" + head.version().number();
        return word(served.client()) + " - " + word(served.caller())
                + " [" + TIME.format(now.minus(served.time())) + "] "
                + quoted(request) + " "
                + (served.status() == 0 ? "-" : served.status()) + " "
                + (served.down() == 0 ? "-" : served.down()) + " "
                + quoted(field(head, "Referer", secrets)) + " "
                + quoted(field(head, "User-Agent", secrets));
    }

    private static @Nullable String field(@Nullable RequestHead head, String name, Set<String> secrets) {
        String value = head == null ? null : head.fields().first(name);
        return value == null ? null : Redacted.address(value, secrets);
    }

    /** A name without spaces, of which readers of such lines know none. */
    private static String word(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : escaped(text).replace(" ", "\\x20").replace("[", "\\x5b").replace("]", "\\x5d");
    }

    private static String quoted(@Nullable String text) {
        return "\"" + (text == null ? "-" : escaped(text)) + "\"";
    }

    /** As Apache does: what is not visible, a quotation mark and a backslash are not there as they are. */
    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                safe.append('\\').append(c);
            } else if (c >= ' ' && c < 0x7f) {
                safe.append(c);
            } else {
                safe.append(c <= 0xff ? "\\x%02x".formatted((int) c) : "\\u%04x".formatted((int) c));
            }
        }
        return safe.append(text.length() > LONGEST ? "..." : "").toString();
    }
}
