package io.relaygate.plugins.http.rules;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.SessionFacts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request when rules are done: the request as it came, whatever rules have made of it since.
 *
 * @param head the request; an empty one if what came was none
 * @param session of which it is
 * @param caller who asks, as far as that is known
 * @param origin where it comes from
 * @param id the request's id
 * @param time when it came
 * @param answer the response as it came, once it is there
 */
public record Known(
        RequestHead head, SessionFacts session, Caller caller, Origin origin, String id, Instant time, @Nullable ResponseHead answer) implements Template.Values {

    /** Of a client that has said no request, or none that can be read. */
    public static Known nothing(SessionFacts session, Origin origin, String id, Instant time) {
        RequestHead none = new RequestHead("", "", null, Version.HTTP_1_1, new Fields(), Framing.NONE);
        return new Known(none, session, session.caller(), origin, id, time, null);
    }

    /** The same, and the response. */
    public Known with(ResponseHead response) {
        return new Known(head, session, caller, origin, id, time, response);
    }

    /** The same, and who asks. */
    public Known of(Caller who) {
        return new Known(head, session, who, origin, id, time, answer);
    }

    /** The same of another request of the same client. */
    public Known asking(RequestHead other) {
        return new Known(other, session, caller, origin, id, time, answer);
    }

    /** Whether the client speaks TLS. */
    public boolean https() {
        return origin.https();
    }

    @Override
    public String of(Variable variable) {
        String name = variable.name();
        return switch (variable.kind()) {
            case CLIENT_IP -> origin.ip();
            case CLIENT_PORT -> origin.port();
            case SCHEME -> https() ? "https" : "http";
            case HOST -> head.authority() == null ? "" : head.authority().host();
            case METHOD -> head.method();
            case PATH -> path();
            case QUERY -> query();
            case TARGET -> query().isEmpty() ? path() : path() + "?" + query();
            case PARAMETER -> orEmpty(Parameters.first(query(), name));
            case COOKIE -> cookies(name).stream().findFirst().orElse("");
            case HEADER -> list(head.fields(), name);
            case RESPONSE -> answer == null ? "" : list(answer.fields(), name);
            case STATUS -> answer == null ? "" : Integer.toString(answer.status());
            // Names may be of any letters, and fields are of octets.
            case CALLER -> new String(caller.name().getBytes(UTF_8), ISO_8859_1);
            case ROUTE -> session.route();
            case SESSION -> session.id();
            case REQUEST -> id;
            case TIME -> time.truncatedTo(ChronoUnit.MILLIS).toString();
            case CAPTURE -> "";
        };
    }

    /** As it can stand in an address: what is of the request's own stays as it came, all else is encoded. */
    String encoded(Variable variable) {
        return switch (variable.kind()) {
            case PATH, QUERY, TARGET, PARAMETER, HOST -> of(variable);
            default -> Parameters.encoded(of(variable));
        };
    }

    /** As it can stand in a parameter of a query. */
    String encodedInQuery(Variable variable) {
        return variable.kind() == Variable.Kind.PARAMETER ? of(variable) : Parameters.encoded(of(variable));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String list(Fields fields, String name) {
        return fields.all(name).stream().map(Field::value).collect(Collectors.joining(", "));
    }

    /** The path as it came; where the target has none, it is {@code /}. */
    public String path() {
        return head.target().startsWith("/") ? head.path() : "/";
    }

    /** The query as it came, without its question mark. */
    public String query() {
        int mark = head.target().indexOf('?');
        return mark < 0 ? "" : head.target().substring(mark + 1);
    }

    /** The values of the cookies of this name (RFC 6265 section 5.4). */
    List<String> cookies(String name) {
        List<String> values = new ArrayList<>();
        for (Field field : head.fields().all("Cookie")) {
            for (String pair : field.value().split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    values.add(pair.substring(equals + 1).strip());
                }
            }
        }
        return values;
    }
}
