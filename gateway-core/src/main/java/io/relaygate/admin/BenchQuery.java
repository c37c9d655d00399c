package io.relaygate.admin;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.Map;

/** A request to measure as the parameters of a URL. */
final class BenchQuery {

    private BenchQuery() {}

    static String write(BenchRequest request) {
        return "destination=" + text(request.destination()) + "&measuring=" + text(request.measuring()) + "&openings="
                + request.openings() + "&bytes=" + request.bytes() + "&seconds=" + request.seconds();
    }

    private static String text(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** Reads it; a parameter that is missing or is no number throws {@link IllegalArgumentException}. */
    static BenchRequest read(Map<String, Deque<String>> parameters) {
        return new BenchRequest(
                one("destination", parameters),
                one("measuring", parameters),
                (int) number("openings", Integer.MAX_VALUE, parameters),
                number("bytes", Long.MAX_VALUE, parameters),
                (int) number("seconds", Integer.MAX_VALUE, parameters));
    }

    private static String one(String name, Map<String, Deque<String>> parameters) {
        Deque<String> values = parameters.get(name);
        if (values == null || values.size() != 1) {
            throw new IllegalArgumentException(name + ": expected one value");
        }
        return values.getFirst();
    }

    private static long number(String name, long most, Map<String, Deque<String>> parameters) {
        String value = one(name, parameters);
        if (!value.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(name + ": expected a number");
        }
        return Math.min(most, Long.parseLong(value));
    }
}
