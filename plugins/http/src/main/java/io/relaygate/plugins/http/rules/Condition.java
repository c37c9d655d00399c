package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Setting;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** When something is done: if all that it says is so, of the request as it came. */
public record Condition(
        @Setting(value = "Methods, of which it has one.", example = "[GET, HEAD]") List<String> method,
        @Setting(value = "The first segments of its path; or `~` and a pattern that all of it fits. Of several, one.", example = "/api")
                List<PathMatch> path,
        @Setting(value = "Fields that it has: with this value, any (`*`), or one that all of a pattern fits (`~pattern`).",
                        example = "{ X-Beta: \"1\", User-Agent: \"~curl/.*\" }")
                Map<String, ValueMatch> header,
        @Setting(value = "Parameters of the query that it has, decoded.", example = "{ preview: \"*\" }") Map<String, ValueMatch> query,
        @Setting(value = "Cookies that it has.", example = "{ beta: \"1\" }") Map<String, ValueMatch> cookie,
        @Setting(value = "What the response's status is, one of these; in rules for responses alone.", example = "[404, 5xx]")
                List<StatusMatch> status,
        @Setting("Conditions, one of which is met.") List<Condition> any,
        @Setting("A condition that is not met.") @Nullable Condition not) {

    /** Refuses one that says nothing. */
    public Condition {
        method = List.copyOf(method);
        path = List.copyOf(path);
        status = List.copyOf(status);
        any = List.copyOf(any);
        if (method.isEmpty() && path.isEmpty() && header.isEmpty() && query.isEmpty() && cookie.isEmpty() && status.isEmpty() && any.isEmpty()
                && not == null) {
            throw new IllegalArgumentException("a condition says one at least of `method`, `path`, `header`, `query`, `cookie`, `status`, `any` and `not`");
        }
        Stream.concat(method.stream(), header.keySet().stream()).filter(name -> !Chars.isToken(name)).forEach(name -> {
            throw new IllegalArgumentException("expected a method or the name of a field, found '" + name + "'");
        });
    }

    /** Whether it is met. */
    public boolean holds(Known known) {
        return (method.isEmpty() || method.contains(known.head().method()))
                && (path.isEmpty() || path.stream().anyMatch(each -> each.fits(known.path())))
                && all(header, name -> known.head().fields().all(name).stream().map(Field::value).toList())
                && all(query, name -> Parameters.all(known.query(), name))
                && all(cookie, known::cookies)
                && holds(known.answer())
                && (any.isEmpty() || any.stream().anyMatch(each -> each.holds(known)))
                && (not == null || !not.holds(known));
    }

    private boolean holds(@Nullable ResponseHead answer) {
        return status.isEmpty() || (answer != null && status.stream().anyMatch(each -> each.fits(answer.status())));
    }

    private static boolean all(Map<String, ValueMatch> wanted, Function<String, List<String>> values) {
        return wanted.entrySet().stream().allMatch(each -> each.getValue().fits(values.apply(each.getKey())));
    }

    /** All that it asks of paths. */
    public Stream<PathMatch> paths() {
        return Stream.concat(path.stream(), parts().flatMap(Condition::paths));
    }

    /** Whether only responses can meet it. */
    public boolean isOfResponses() {
        return !status.isEmpty() || parts().anyMatch(Condition::isOfResponses);
    }

    private Stream<Condition> parts() {
        return Stream.concat(any.stream(), Stream.ofNullable(not));
    }
}
