package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients are answered in the place of a destination. */
public record FixedAnswer(
        @Setting(value = "The status.", byDefault = "503", min = "200", max = "599") int status,
        @Setting("The body, as UTF-8.") @Nullable String body,
        @Setting(value = "What it is.", byDefault = "text/plain; charset=utf-8") String type,
        @Setting(value = "When to ask again (`Retry-After`).", example = "10m") @Nullable Duration retryAfter,
        @Setting(value = "More fields, with variables.", example = "{ Cache-Control: no-store }") Map<String, Template> fields) {

    /** Refuses what is no answer. */
    public FixedAnswer {
        if (body != null && (status == 204 || status == 304)) {
            throw new IllegalArgumentException("an answer with the status " + status + " has no `body`");
        }
        if (!Chars.isValue(type)) {
            throw new IllegalArgumentException("expected a media type as `text/html`, found '" + type + "'");
        }
        fields.forEach((name, value) -> {
            FieldRule.requireName(name);
            FieldRule.requireValue(name, value, false);
            value.require(false, 0);
        });
    }

    /**
     * The answer.
     *
     * @throws MalformedException 400, if a value comes out that no field can have
     */
    public Reply reply(Known known) throws MalformedException {
        Fields all = new Fields();
        if (body != null) {
            all.add("Content-Type", type);
        }
        if (retryAfter != null) {
            all.add("Retry-After", Long.toString(retryAfter.toSeconds()));
        }
        for (Map.Entry<String, Template> each : fields.entrySet()) {
            String value = FieldRule.sound(all, each.getKey(), each.getValue().with(known));
            if (!value.isEmpty()) {
                all.set(each.getKey(), value);
            }
        }
        return new Reply(status, all, body == null ? "" : body);
    }
}
