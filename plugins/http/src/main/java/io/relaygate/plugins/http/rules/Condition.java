package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Setting;
import java.net.InetAddress;
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
        @Setting(value = "Networks, of which one has the client's address, as far as that is believed (`trustedProxies`).", example = "[10.0.0.0/8]")
                List<Network> network,
        @Setting("Whether the client speaks TLS: `http` or `https`.") @Nullable Scheme scheme,
        @Setting(value = "Server names, one of which the client's TLS has asked for: a name, `*.` and a name, or `*` for any.", example = "[\"*.contoso.com\"]")
                List<ServerName> sni,
        @Setting(value = "The certificate that the client's TLS has shown, if it is trusted: any (`*`); its subject as in RFC 2253; one of its "
                        + "alternative names, as `dns:app.contoso.com`; `sha256:` and its digest; or `~` and a pattern that one of these fits.",
                        example = "dns:app.contoso.com")
                @Nullable ValueMatch certificate,
        @Setting(value = "What the response's status is, one of these; in rules for responses alone.", example = "[404, 5xx]")
                List<StatusMatch> status,
        @Setting("Conditions, one of which is met.") List<Condition> any,
        @Setting("A condition that is not met.") @Nullable Condition not) {

    /** How a client speaks. */
    public enum Scheme {
        /** In clear. */
        HTTP,
        /** In TLS. */
        HTTPS
    }

    /** Refuses one that says nothing. */
    public Condition {
        method = List.copyOf(method);
        path = List.copyOf(path);
        network = List.copyOf(network);
        sni = List.copyOf(sni);
        status = List.copyOf(status);
        any = List.copyOf(any);
        boolean some = Stream.of(method, path, network, sni, status, any).anyMatch(list -> !list.isEmpty())
                || Stream.of(header, query, cookie).anyMatch(map -> !map.isEmpty());
        if (!some && scheme == null && certificate == null && not == null) {
            throw new IllegalArgumentException("a condition says one at least of `method`, `path`, `header`, `query`, `cookie`, `network`, `scheme`, "
                    + "`sni`, `certificate`, `status`, `any` and `not`");
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
                && holds(known.origin())
                && holds(known.answer())
                && (any.isEmpty() || any.stream().anyMatch(each -> each.holds(known)))
                && (not == null || !not.holds(known));
    }

    private boolean holds(Origin origin) {
        InetAddress address = network.isEmpty() ? null : origin.address();
        return (network.isEmpty() || network.stream().anyMatch(each -> each.contains(address)))
                && (scheme == null || (scheme == Scheme.HTTPS) == origin.https())
                && (sni.isEmpty() || sni.stream().anyMatch(each -> each.fits(origin.serverName())))
                && (certificate == null || certificate.fits(origin.certificate()));
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

    /** Whether it asks for the client's certificate. */
    public boolean asksForCertificate() {
        return certificate != null || parts().anyMatch(Condition::asksForCertificate);
    }

    private Stream<Condition> parts() {
        return Stream.concat(any.stream(), Stream.ofNullable(not));
    }
}
