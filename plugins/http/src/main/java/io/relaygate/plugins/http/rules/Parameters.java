package io.relaygate.plugins.http.rules;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, in order and as they came. Names are compared as they are once they are decoded. */
final class Parameters {

    private Parameters() {}

    /** As they came, those that are empty too. */
    static List<String> of(String query) {
        return query.isEmpty() ? List.of() : List.of(query.split("&", -1));
    }

    /** The name of one, decoded. */
    static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return decoded(equals < 0 ? parameter : parameter.substring(0, equals));
    }

    /** The value of one, as it came. */
    static String value(String parameter) {
        return parameter.substring(parameter.indexOf('=') < 0 ? parameter.length() : parameter.indexOf('=') + 1);
    }

    /** The value of the first of this name, as it came; null if there is none. */
    static @Nullable String first(String query, String name) {
        for (String parameter : of(query)) {
            if (name(parameter).equals(name)) {
                return value(parameter);
            }
        }
        return null;
    }

    /** All values of this name, decoded. */
    static List<String> all(String query, String name) {
        List<String> values = new ArrayList<>();
        for (String parameter : of(query)) {
            if (name(parameter).equals(name)) {
                values.add(decoded(value(parameter)));
            }
        }
        return values;
    }

    /** As forms decode: a plus is a space, octets are UTF-8. What is not encoded rightly stays. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            int octet = text.charAt(i) == '%' ? PlainPath.octet(text, i + 1) : -1;
            octets.write(octet >= 0 ? octet : text.charAt(i) == '+' ? ' ' : text.charAt(i));
            i += octet < 0 ? 0 : 2;
        }
        return octets.toString(UTF_8);
    }

    /** Octets as they can stand in an address: all but letters, digits and {@code -._~} encoded (RFC 3986 section 2.3). */
    static String encoded(String octets) {
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append("%%%02X".formatted((int) c));
            }
        }
        return encoded.toString();
    }
}
