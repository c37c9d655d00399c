package io.relaygate;

import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.net.SocketLink;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a client under a configuration, by the same classes that decide when it comes, and without a
 * connection. Limits are left out: they depend on who else is there.
 *
 * @param steps what it passes, in words
 * @param refusal why it is refused, or null if it is not
 * @param change where to change the configuration so that it is not; empty if it is not
 * @param route the name of the route that takes it, or null
 * @param to where it goes, or null if the route's protocol says that, or nobody does
 * @param caller as whom it goes there
 */
public record Explanation(
        List<String> steps,
        @Nullable RefusedException refusal,
        String change,
        @Nullable String route,
        @Nullable DestinationName to,
        Caller caller) {

    /**
     * A client.
     *
     * @param entryPoint the entry point's name
     * @param from its address, or null for one that has none
     * @param serverName the server name that it asks TLS for, or null
     * @param service the service that an edge has asked for, or null
     * @param certificateName a name in its certificate, or null if it has none
     * @param told what an edge says of it that has proven who it is, or null if none has
     * @param asked the host that it names once it is connected, or null if it names none
     * @param login whom an identity provider vouches for, where the route's protocol asks who calls; null if it cannot say
     * @param alpn the application protocols that its TLS offers
     * @param at when it comes, or null for now
     * @param request what it asks once it is connected, in words of the route's protocol; empty for nothing
     * @param asRequest whether it is an HTTP request to the hybrid connection, and no connection: then it has no TLS of its own, no
     *     certificate, names no service, and no edge tells of it
     */
    public record Question(
            String entryPoint,
            @Nullable InetAddress from,
            @Nullable String serverName,
            @Nullable String service,
            @Nullable String certificateName,
            @Nullable Told told,
            @Nullable HostPort asked,
            @Nullable Caller login,
            List<String> alpn,
            @Nullable Instant at,
            List<String> request,
            boolean asRequest) {

        /** Keeps its own copy. */
        public Question {
            alpn = List.copyOf(alpn);
            request = List.copyOf(request);
        }

        /** The time when it comes. */
        InstantSource clock() {
            return at == null ? InstantSource.system() : InstantSource.fixed(at);
        }

        String source() {
            return from == null ? "the client" : SocketLink.text(from);
        }
    }

    /**
     * What an edge says of a client.
     *
     * @param sender the edge
     * @param caller who calls
     * @param address the client's address, or null if it has none
     */
    public record Told(String sender, Caller caller, @Nullable InetAddress address) {

        String source() {
            return address == null ? "unix" : SocketLink.text(new InetSocketAddress(address, 0));
        }
    }

    /** Keeps its own copy. */
    public Explanation {
        steps = List.copyOf(steps);
    }

    /**
     * Explains.
     *
     * @throws IllegalArgumentException if there is no such entry point
     * @throws IOException if a file that the configuration names cannot be read any more
     */
    public static Explanation of(GatewayConfig config, Question question) throws IOException {
        EntryPointSettings entryPoint = config.settings().entryPoints().get(question.entryPoint());
        if (entryPoint == null) {
            throw new IllegalArgumentException("there is no entry point '" + question.entryPoint() + "'; there are "
                    + String.join(", ", config.settings().entryPoints().keySet()));
        }
        if (question.asRequest() && entryPoint.hybridConnection() == null) {
            throw new IllegalArgumentException("entry point '" + question.entryPoint() + "' is a port, and HTTP requests come to hybrid connections only");
        }
        return new Course(config, question, entryPoint).run();
    }
}
