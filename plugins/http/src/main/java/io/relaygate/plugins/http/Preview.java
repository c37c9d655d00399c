package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.plugins.http.rules.FieldRule;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.rules.Reply;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Field;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Input;
import io.relaygate.plugins.http.wire.Limits;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.RequestReader;
import io.relaygate.sdk.ProtocolHandler.Explained;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.SessionFacts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What would become of a request, by the same classes that decide when it comes. */
final class Preview {

    private static final Pattern ASKED = Pattern.compile("(?:(\\S+) +)?(https?)://([^/?#\\s]+)([^#\\s]*)");
    private static final Set<String> SECRET = Set.of("authorization", "cookie", "set-cookie", "proxy-authorization");

    private final HttpHandler route;
    private final SessionFacts facts;
    private final List<String> steps = new ArrayList<>();

    Preview(HttpHandler route, SessionFacts facts) {
        this.route = route;
        this.facts = facts;
    }

    /**
     * Foresees it.
     *
     * @param lines {@code GET https://host/path}, and fields
     */
    Explained of(List<String> lines) throws RefusedException {
        Matcher asked = ASKED.matcher(lines.getFirst());
        if (!asked.matches()) {
            throw new IllegalArgumentException("expected a request as `GET https://shop.contoso.com/x`, found '" + lines.getFirst() + "'");
        }
        boolean https = asked.group(2).equals("https");
        try {
            return of(head(asked, lines.subList(1, lines.size())), https);
        } catch (FailedException e) {
            Reason reason = e.ending() instanceof RefusedException refused ? refused.reason() : Reason.MALFORMED;
            throw new RefusedException(reason, e.status() + ": " + e.why(), e);
        } catch (RefusedException e) {
            throw e;
        } catch (MalformedException e) {
            throw new RefusedException(Reason.MALFORMED, e.status() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("that is no request: " + e.getMessage(), e);
        }
    }

    private static RequestHead head(Matcher asked, List<String> fields) throws IOException {
        String method = asked.group(1) == null ? "GET" : asked.group(1);
        boolean named = fields.stream().anyMatch(field -> field.toLowerCase(Locale.ROOT).startsWith("host:"));
        List<String> text = new ArrayList<>();
        text.add(method + " " + (asked.group(4).startsWith("/") ? "" : "/") + asked.group(4) + " HTTP/1.1");
        text.addAll(named ? List.of() : List.of("Host: " + asked.group(3)));
        text.addAll(fields);
        byte[] bytes = (String.join("\r\n", text) + "\r\n\r\n").getBytes(ISO_8859_1);
        return new RequestReader(new Input(new ByteArrayInputStream(bytes), new Buffers()), Limits.USUAL).head();
    }

    private Explained of(RequestHead asked, boolean https) throws IOException {
        Onward onward = new Onward(route);
        Hops hops = route.hops(peer(https), asked.fields());
        onward.requirePossible(asked);
        Known known = new Known(asked, facts, facts.caller(), hops.client(), facts.id() + "-1", route.clock().instant(), null);
        Target target = route.target(known);
        if (target.door().isOpen()) {
            steps.add(target.where() + " is open: nobody is asked who calls");
            known = new Known(asked, facts, Caller.ANONYMOUS, hops.client(), facts.id() + "-1", route.clock().instant(), null);
        } else if (target.door().needsProof() && facts.caller().isAnonymous()) {
            throw new RefusedException(Reason.NOT_ALLOWED, "401: " + target.where() + " asks who calls");
        }
        Reply preflight = target.preflight(known);
        Reply reply = preflight == null ? target.reply(known) : preflight;
        if (reply != null) {
            steps.add(target.where() + " answers it with " + reply.status());
            tell(reply.fields(), target);
            return new Explained(steps, null);
        }
        steps.add(target.where() + " takes it to destination " + target.destination());
        requestRules(target, asked.fields().copy(), known);
        RequestHead made = onward.of(Question.of(asked, route.settings().upgrades()), target, known, hops);
        if (!target.host().isDestinations()) {
            made = onward.to(made, target, known, null);
        }
        steps.add("it sees " + made.method() + " " + Redacted.address(made.target(), target.door().secrets()));
        tell(seen(made, target), target);
        if (target.leavesPattern()) {
            steps.add("what the pattern of its path has changed is not put back in responses: it cannot be told from what came out");
        }
        responseRules(target, known);
        return new Explained(steps, target.to());
    }

    private void tell(Fields fields, Target target) {
        for (Field field : fields) {
            steps.add("  " + field.name() + ": " + (SECRET.contains(field.name().toLowerCase(Locale.ROOT)) ? "***" : Redacted.address(field.value(), target.door().secrets())));
        }
    }

    /** As the client's own connection would have it. */
    private Origin peer(boolean https) {
        SessionFacts.Tls ended = facts.tls();
        X509Certificate certificate = ended == null ? null : ended.certificate();
        return Origin.of(
                facts.source(), https, ended == null || !https ? null : ended.serverName(), certificate == null ? List.of() : CertificateNames.of(certificate));
    }

    /** Which address answers is not known before one is asked. */
    private static Fields seen(RequestHead made, Target target) {
        return target.host().isDestinations() ? made.fields().copy().set("Host", "that of the address that answers") : made.fields();
    }

    private void requestRules(Target target, Fields fields, Known known) throws MalformedException {
        HopByHop.strip(fields);
        for (Rules.Named each : target.scope().rules().request()) {
            FieldRule rule = each.rule();
            Fields before = fields.copy();
            rule.apply(fields, known);
            steps.add(name(each)
                    + (!rule.isFor(known) ? " is not for it" : before.equals(fields) ? " changes nothing" : " is done"));
        }
    }

    private void responseRules(Target target, Known known) {
        for (Rules.Named each : target.scope().rules().response()) {
            FieldRule rule = each.rule();
            steps.add(name(each)
                    + (rule.asksForTheResponse() ? " depends on the response" : rule.isFor(known) ? " is for its response" : " is not for its response"));
        }
    }

    private static String name(Rules.Named each) {
        return "rule " + each.name() + " (" + each.rule() + ")";
    }
}
