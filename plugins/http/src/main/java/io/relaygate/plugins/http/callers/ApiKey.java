package io.relaygate.plugins.http.callers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.RequestHead;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a request may carry an API key: {@code name:password}.
 *
 * @param name of a field, or of a parameter of the query
 * @param inQuery whether it is a parameter
 */
public record ApiKey(String name, boolean inQuery) {

    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * Reads {@code X-Api-Key} or {@code ?key}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static ApiKey parse(String text) {
        boolean inQuery = text.startsWith("?");
        String name = inQuery ? text.substring(1) : text;
        if (inQuery ? !PARAMETER.matcher(name).matches() : !Chars.isToken(name) || CallerSettings.isTaken(name)) {
            throw new IllegalArgumentException("expected a field of its own, as in X-Api-Key, or a parameter of the query, as in ?key, found '" + text + "'");
        }
        return new ApiKey(name, inQuery);
    }

    /** The keys of a request, as bytes. */
    List<byte[]> of(RequestHead head) {
        if (!inQuery) {
            return head.fields().all(name).stream().map(Field::value).map(value -> value.getBytes(ISO_8859_1)).toList();
        }
        return parameters(head).filter(this::isIt).map(each -> decoded(each.substring(Math.min(each.length(), each.indexOf('=') + 1)))).toList();
    }

    /** The request without them; nothing else in it changes. */
    RequestHead without(RequestHead head) {
        if (!inQuery) {
            return head.with(head.fields().copy().remove(name));
        }
        String query = parameters(head).filter(each -> !isIt(each)).collect(Collectors.joining("&"));
        return with(head, head.path() + (query.isEmpty() ? "" : "?" + query), head.fields());
    }

    private static RequestHead with(RequestHead head, String target, Fields fields) {
        return new RequestHead(head.method(), target, head.authority(), head.version(), fields, head.body());
    }

    private static Stream<String> parameters(RequestHead head) {
        int query = head.target().indexOf('?');
        return query < 0 ? Stream.empty() : Arrays.stream(head.target().substring(query + 1).split("&", -1));
    }

    /** However its name is written. */
    private boolean isIt(String parameter) {
        int equals = parameter.indexOf('=');
        return new String(decoded(equals < 0 ? parameter : parameter.substring(0, equals)), ISO_8859_1).equals(name);
    }

    private static byte[] decoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int octet = c == '%' && i + 2 < text.length() ? octet(text.charAt(i + 1), text.charAt(i + 2)) : -1;
            bytes.write(octet >= 0 ? octet : c == '+' ? ' ' : c);
            i += octet < 0 ? 0 : 2;
        }
        return bytes.toByteArray();
    }

    private static int octet(char high, char low) {
        int a = Character.digit(high, 16);
        int b = Character.digit(low, 16);
        return a < 0 || b < 0 ? -1 : a << 4 | b;
    }

    @Override
    public String toString() {
        return inQuery ? "?" + name : name;
    }
}
