package io.relaygate.relay.server;

import io.relaygate.net.HttpHead;
import io.relaygate.relay.server.AccessRules.Verdict;
import io.relaygate.relay.server.Endpoint.Facts;
import io.relaygate.relay.server.HybridConnections.Found;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.relay.server.Requesting.Served;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Tells programs about a hybrid connection: who has created it, and how many listen, as the management API of Service Bus
 * does, in Atom (RFC 4287). It is meant where the header {@code X-PROCESS-AT: ServiceBus} says so, whatever the query is; a
 * request without it is the listener's.
 */
final class RuntimeInformation {

    private final HybridConnections connections;
    private final AccessRules rules;
    private final InstantSource clock;

    RuntimeInformation(HybridConnections connections, AccessRules rules, InstantSource clock) {
        this.connections = connections;
        this.rules = rules;
        this.clock = clock;
    }

    /** Whether a request is to the relay itself. */
    static boolean wanted(HttpHead request) {
        return "ServiceBus".equalsIgnoreCase(request.field("X-PROCESS-AT"));
    }

    /** Answers; as {@link Requesting#serve}. */
    Served serve(Visitor visitor, HybridRequest request) throws IOException {
        Found found = connections.find(request.path());
        String entity = found == null ? null : found.endpoint().path();
        Verdict verdict = rules.judge(request.httpToken(), request.path(), entity, Right.MANAGE, clock.instant());
        if (verdict instanceof Verdict.Denied(Answer answer)) {
            return new Served.Refused(answer);
        }
        String method = request.head().method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return new Served.Refused(Answer.NOT_MANAGED_HERE);
        }
        String id = "https://" + request.host() + "/" + request.rawPath();
        if (found != null && found.suffix().isEmpty()) {
            say(visitor, request, "entry", entry(id, found.endpoint().facts()));
        } else {
            say(visitor, request, "feed", nothing(id));
        }
        return new Served.Done(200, false);
    }

    private static void say(Visitor visitor, HybridRequest request, String type, String text) throws IOException {
        String whole = "application/atom+xml;type=" + type + ";charset=utf-8";
        visitor.say(200, "OK", whole, text, request.head().method().equals("GET"));
    }

    /** The elements stand in the order that .NET's reader insists on. */
    private static String entry(String id, Facts facts) {
        String metadata = facts.metadata() == null ? "" : "<UserMetadata>" + escaped(facts.metadata()) + "</UserMetadata>";
        return """
                <entry xmlns="http://www.w3.org/2005/Atom"><id>%s</id><title type="text">%s</title>\
                <published>%3$s</published><updated>%4$s</updated><content type="application/xml">\
                <HybridConnectionDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" \
                xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><CreatedAt>%3$s</CreatedAt><UpdatedAt>%4$s</UpdatedAt>\
                <RequiresClientAuthorization>%5$s</RequiresClientAuthorization>%6$s<ListenerCount>%7$d</ListenerCount>\
                </HybridConnectionDescription></content></entry>"""
                .formatted(
                        escaped(id),
                        escaped(facts.path()),
                        time(facts.created()),
                        time(facts.updated()),
                        facts.authorizesClients(),
                        metadata,
                        facts.listeners());
    }

    /** What is not there is an empty feed, as at Azure. */
    private String nothing(String id) {
        return """
                <feed xmlns="http://www.w3.org/2005/Atom"><title type="text">Publicly Listed Services</title>\
                <id>%s</id><updated>%s</updated></feed>"""
                .formatted(escaped(id), time(clock.instant()));
    }

    private static String time(Instant when) {
        return when.truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
