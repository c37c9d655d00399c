package io.relaygate;

import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.access.Sources;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.TlsSettings;
import io.relaygate.net.Link;
import io.relaygate.route.FirstBytes;
import io.relaygate.route.Match;
import io.relaygate.route.Route;
import io.relaygate.route.Routes;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 */
public record Explanation(
        List<String> steps,
        @Nullable RefusedException refusal,
        String change,
        @Nullable String route,
        @Nullable DestinationName to) {

    /**
     * A client.
     *
     * @param entryPoint the entry point's name
     * @param from its address, or null for one that has none
     * @param serverName the server name that it asks TLS for, or null
     * @param service the service that an edge has asked for, or null
     * @param certificateName a name in its certificate, or null if it has none
     */
    public record Question(
            String entryPoint,
            @Nullable InetAddress from,
            @Nullable String serverName,
            @Nullable String service,
            @Nullable String certificateName) {

        private String source() {
            return from == null ? "the client" : from.getHostAddress();
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
        return new Course(config, question, entryPoint).run();
    }

    /** One way through the configuration. */
    private static final class Course {

        private final GatewayConfig config;
        private final Question question;
        private final EntryPointSettings entryPoint;
        private final List<String> steps = new ArrayList<>();

        /** Where whatever is asked now could be changed. */
        private String place;

        private @Nullable String taken;

        Course(GatewayConfig config, Question question, EntryPointSettings entryPoint) {
            this.config = config;
            this.question = question;
            this.entryPoint = entryPoint;
            this.place = "entryPoints." + question.entryPoint();
        }

        Explanation run() throws IOException {
            try {
                sources();
                Match match = match(caller());
                return new Explanation(steps, null, "", match.route().name(), match.to());
            } catch (RefusedException e) {
                return new Explanation(steps, e, place, taken, null);
            }
        }

        private void sources() throws IOException {
            if (entryPoint.sources() == null) {
                steps.add("entry point " + question.entryPoint() + " takes clients from everywhere");
                return;
            }
            place = "entryPoints." + question.entryPoint() + ".sources";
            Sources.read(entryPoint.sources()).check(question.from());
            steps.add("entry point " + question.entryPoint() + " takes clients from " + question.source());
        }

        private Caller caller() throws RefusedException {
            TlsSettings tls = entryPoint.tls();
            if (tls == null || tls.clients() == null) {
                steps.add("nobody is asked for a certificate" + (question.certificateName() == null ? "" : ": the caller is anonymous"));
                return Caller.ANONYMOUS;
            }
            place = "entryPoints." + question.entryPoint() + ".tls.clients";
            if (question.certificateName() == null) {
                throw new RefusedException(Reason.NOT_ALLOWED, "the client has no certificate, and needs one here");
            }
            Caller caller = tls.clients().caller(List.of(question.certificateName()));
            steps.add("its certificate is for " + caller.name());
            return caller;
        }

        private Match match(Caller caller) throws IOException {
            List<Route> routes = new ArrayList<>();
            try {
                for (GatewayConfig.BoundRoute<?> each : config.routes()) {
                    routes.add(Workshop.route(each));
                }
                place = "routes";
                Arrival arrival = arrival(caller);
                FirstBytes firstBytes = new FirstBytes(() -> {
                    throw new IOException("nobody is there");
                }, Duration.ZERO, arrival.tls());
                Match match = new Routes(routes, this::declared).find(arrival, firstBytes, this::asked);
                steps.add("route " + match.route().name() + " allows it, and takes it to " + destination(match));
                destination(match.to(), caller);
                return match;
            } finally {
                routes.forEach(route -> route.handler().close());
            }
        }

        private void asked(Route route, Routes.@Nullable Difference difference) {
            if (difference != null) {
                steps.add("route " + route.name() + " is not for it: " + inWords(route, difference));
            } else {
                steps.add("route " + route.name() + " is for it");
                taken = route.name();
                place = "routes[" + route.name() + "].allow";
            }
        }

        private String inWords(Route route, Routes.Difference difference) {
            return switch (difference) {
                case ENTRY_POINT -> "it takes nobody from entry point " + question.entryPoint();
                case SERVICE -> "it is for service " + route.service();
                case SERVER_NAME -> "it is for server name " + route.sni();
                case DESTINATION -> "its destination " + route.to() + " would be one that is not declared";
            };
        }

        private void destination(@Nullable DestinationName to, Caller caller) throws RefusedException {
            DestinationSettings destination =
                    to == null || to.site() != null ? null : config.settings().destinations().get(to.name());
            if (to != null && destination != null && destination.allow() != null) {
                place = "destinations." + to.name() + ".allow";
                Admission.of("destination " + to.name(), destination.allow(), false).check(caller, question.from());
                steps.add("destination " + to.name() + " allows it");
            }
        }

        private String destination(Match match) {
            DestinationName to = match.to();
            if (to == null) {
                return "where protocol " + match.route().protocol() + " finds that it goes";
            }
            return to.site() == null
                    ? "destination " + to
                    : "service " + to.name() + " at site " + to.site();
        }

        private boolean declared(DestinationName name) {
            return name.site() == null
                    ? config.settings().destinations().containsKey(name.name())
                    : config.sites().containsKey(name.site())
                            && config.sites().get(name.site()).services().contains(name.name());
        }

        private Arrival arrival(Caller caller) {
            return new Arrival(
                    question.entryPoint(),
                    "0".repeat(32),
                    question.source(),
                    question.from(),
                    caller,
                    new Arrival.Tls(question.serverName()),
                    question.service() == null ? entryPoint.service() : question.service(),
                    null,
                    null,
                    Instant.now(),
                    Duration.ZERO,
                    new Nobody());
        }
    }

    /** Nobody who could be taken. */
    private record Nobody() implements Client {

        @Override
        public boolean relayed() {
            return false;
        }

        @Override
        public Link accept(Instant deadline) throws IOException {
            throw new IOException("nobody is there");
        }

        @Override
        public void refuse(RefusedException why) {
            // Nobody hears it.
        }
    }
}
