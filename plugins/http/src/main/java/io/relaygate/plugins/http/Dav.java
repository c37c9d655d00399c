package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses in requests of WebDAV, as the destination knows them: where a resource is copied or moved to ({@code Destination}), and what
 * tokens are for ({@code If}; RFC 4918 sections 10.3 and 10.4).
 */
final class Dav {

    private static final Pattern URL = Pattern.compile("(?:(https?)://([^/?#]*+))?(/[^?#]*+)?(\\?[^#]*+)?", Pattern.CASE_INSENSITIVE);

    private final HttpHandler route;
    private final Known known;
    private final Target place;
    private final @Nullable Authority there;
    private final boolean secured;

    /**
     * Of a request.
     *
     * @param known as it came
     * @param place where it goes
     * @param there the host that the destination sees
     * @param secured whether the gateway speaks TLS with it
     */
    Dav(HttpHandler route, Known known, Target place, @Nullable Authority there, boolean secured) {
        this.route = route;
        this.known = known;
        this.place = place;
        this.there = there;
        this.secured = secured;
    }

    /**
     * Puts the destination's addresses in the place of the client's.
     *
     * @throws FailedException 502 if something is to go to another place than the request itself, where other settings count; 400 if
     *     nobody could say where
     */
    void apply(Fields fields) throws FailedException {
        String method = known.head().method();
        if (fields.has("Destination") && (method.equals("COPY") || method.equals("MOVE"))) {
            String mapped = fields.count("Destination") == 1 ? mapped(String.valueOf(fields.first("Destination"))) : null;
            if (mapped == null) {
                throw failed(502, "the Destination is on another server than what is to go there");
            }
            fields.replace("Destination", mapped);
        }
        List<String> tagged = new ArrayList<>();
        for (Field field : fields.all("If")) {
            tagged.add(tagged(field.value()));
        }
        Iterator<String> next = tagged.iterator();
        fields.replaceEach("If", _ -> next.next());
    }

    /** Lists in parentheses, of which some have an address in pointed brackets before them. One that is elsewhere stays. */
    private String tagged(String value) throws FailedException {
        StringBuilder mapped = new StringBuilder();
        boolean listed = false;
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            int end = c == '<' && !listed ? value.indexOf('>', i) : -1;
            if (end > 0) {
                String said = value.substring(i + 1, end);
                String inner = mapped(said);
                mapped.append('<').append(inner == null ? said : inner).append('>');
                i = end;
                continue;
            }
            quoted = (c == '"') != quoted;
            listed = quoted ? listed : c == '(' || (listed && c != ')');
            mapped.append(c);
        }
        return mapped.toString();
    }

    /** As the destination knows it; null if it is at another place. */
    private @Nullable String mapped(String said) throws FailedException {
        Matcher url = URL.matcher(said);
        if (said.isEmpty() || !said.chars().allMatch(Chars::isTarget) || !url.matches()) {
            throw failed(400, "an address that is none, in a field of WebDAV");
        }
        boolean whole = url.group(2) != null;
        if (whole && !isAsked(url.group(2), url.group(1).equalsIgnoreCase("https"))) {
            return null;
        }
        String path = url.group(3) == null ? "/" : url.group(3);
        String query = url.group(4) == null ? "" : url.group(4);
        RequestHead asked = known.head();
        Known other = known.asking(new RequestHead(asked.method(), path + query, asked.authority(), asked.version(), asked.fields(), asked.body()));
        if (!isHere(other)) {
            return null;
        }
        try {
            String inner = place.path() == null ? path : place.path().of(path, other);
            return (whole ? (secured ? "https://" : "http://") + (there == null ? url.group(2) : there) : "") + inner + query;
        } catch (MalformedException e) {
            throw failed(e.status(), String.valueOf(e.getMessage()));
        }
    }

    private boolean isHere(Known other) throws FailedException {
        try {
            return route.target(other).isSamePlaceAs(place);
        } catch (FailedException e) {
            if (e.status() == 400) {
                throw e;
            }
            return false;
        }
    }

    private boolean isAsked(String authority, boolean https) {
        Authority asked = known.head().authority();
        try {
            Authority named = Authority.parse(authority);
            return asked != null
                    && named.host().equals(asked.host())
                    && (named.port() == asked.port() || named.port(https) == asked.port(known.https()));
        } catch (MalformedException e) {
            return false;
        }
    }

    private static FailedException failed(int status, String why) {
        return new FailedException(status, "http_request_denied", why, FailedException.refused(new MalformedException(status, why)));
    }
}
