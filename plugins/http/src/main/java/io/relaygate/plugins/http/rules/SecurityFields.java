package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.sdk.Setting;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fields by which browsers are told to be careful, where a response does not say otherwise. */
public record SecurityFields(
        @Setting(value = "How long browsers use nothing but TLS (`Strict-Transport-Security`); said where the client speaks TLS.", example = "8760h")
                @Nullable Duration hsts,
        @Setting(value = "Whether that is for all hosts below too.", byDefault = "false") boolean subdomains,
        @Setting(value = "Whether they take content for what it says it is (`X-Content-Type-Options`).", byDefault = "true") boolean nosniff,
        @Setting(value = "Who may show it in a frame (`X-Frame-Options`): nobody (`deny`), pages of the same origin (`same`), or `any`.",
                        byDefault = "deny")
                Frames frames,
        @Setting(value = "How much other sites are told of the page that led there (`Referrer-Policy`).", byDefault = "strict-origin-when-cross-origin")
                String referrer,
        @Setting(value = "Where its parts may come from (`Content-Security-Policy`).", example = "default-src 'self'") @Nullable String content) {

    /** Who may show a page in a frame. */
    public enum Frames {
        /** Nobody. */
        DENY,
        /** Pages of the same origin. */
        SAME,
        /** Any page. */
        ANY
    }

    /** Refuses what no field can say. */
    public SecurityFields {
        if (subdomains && hsts == null) {
            throw new IllegalArgumentException("`subdomains` goes with `hsts`");
        }
        Stream.of(referrer, content == null ? "" : content).filter(text -> !Chars.isValue(text)).forEach(text -> {
            throw new IllegalArgumentException("expected the value of a field, found '" + text + "'");
        });
    }

    /** Says it in a response that does not. */
    public void apply(Fields fields, boolean https) {
        if (hsts != null && https) {
            lacking(fields, "Strict-Transport-Security", "max-age=" + hsts.toSeconds() + (subdomains ? "; includeSubDomains" : ""));
        }
        if (nosniff) {
            lacking(fields, "X-Content-Type-Options", "nosniff");
        }
        if (frames != Frames.ANY) {
            lacking(fields, "X-Frame-Options", frames == Frames.DENY ? "DENY" : "SAMEORIGIN");
        }
        lacking(fields, "Referrer-Policy", referrer);
        if (content != null) {
            lacking(fields, "Content-Security-Policy", content);
        }
    }

    private static void lacking(Fields fields, String name, String value) {
        if (!fields.has(name)) {
            fields.add(name, value);
        }
    }
}
