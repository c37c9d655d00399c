package io.relaygate;

import io.relaygate.Explanation.Question;
import io.relaygate.Explanation.Told;
import io.relaygate.access.AbsentClient;
import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.HostPattern;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.Permit;
import io.relaygate.access.Sources;
import io.relaygate.access.Trust;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.access.identity.Judge;
import io.relaygate.destination.Destination;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.RelayEntryPoint;
import io.relaygate.entrypoint.TlsSettings;
import io.relaygate.net.Alpn;
import io.relaygate.net.Names;
import io.relaygate.net.SocketLink;
import io.relaygate.route.FirstBytes;
import io.relaygate.route.Match;
import io.relaygate.route.Route;
import io.relaygate.route.Router;
import io.relaygate.route.Routes;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client's way through a configuration. */
final class Course {

    private static final Duration LOOK_UP = Duration.ofSeconds(5);

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
            return match(question.asRequest() ? asRequest() : entryPoint.hybridConnection() == null ? atPort() : overRelay());
        } catch (RefusedException e) {
            return new Explanation(steps, e, place, taken, null, Caller.ANONYMOUS);
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

    private Arrival atPort() throws RefusedException {
        List<String> protocols = entryPoint.tls() == null ? question.alpn() : agreed();
        return arrival(certified(), question.from(), null, protocols);
    }

    /** The application protocol that TLS agrees on that ends at the port; none if the client offers none. */
    private List<String> agreed() throws RefusedException {
        if (question.alpn().isEmpty()) {
            return List.of();
        }
        String chosen = config.alpn(question.entryPoint()).choose(question.alpn());
        if (chosen == null) {
            place = "routes";
            throw new RefusedException(Reason.MALFORMED, "TLS: (no_application_protocol) no route of entry point "
                    + question.entryPoint() + " speaks " + String.join(" or ", question.alpn()));
        }
        steps.add(chosen.isEmpty() ? "TLS goes on without an application protocol" : "TLS agrees on application protocol " + chosen);
        return chosen.isEmpty() ? List.of() : List.of(chosen);
    }

    private Arrival asRequest() throws RefusedException {
        place = "senders";
        RelayEntryPoint.requireRequests(question.entryPoint(), entryPoint, Trust.in(config.settings().senders()));
        steps.add("an HTTP request to the hybrid connection is anonymous, and for " + (entryPoint.service() == null ? "no service" : "service " + entryPoint.service()));
        return arrival(Caller.ANONYMOUS, question.from(), null, List.of(Alpn.HTTP_1_1));
    }

    private Arrival overRelay() throws IOException {
        boolean sealed = entryPoint.mode() == Mode.TUNNEL && !config.settings().senders().isEmpty();
        Told told = question.told();
        if (sealed != (told != null)) {
            place = "senders";
            throw new RefusedException(Reason.NOT_ALLOWED, "entry point " + question.entryPoint()
                    + (sealed ? " takes sealed carriers of edges that it knows only" : " knows no edges by their keys"));
        }
        if (told == null) {
            steps.add("no edge proves who it is: the caller is anonymous");
            return arrival(Caller.ANONYMOUS, question.from(), null, question.alpn());
        }
        Trust trust = Trust.in(config.settings().senders());
        place = "senders." + told.sender() + ".mayAssert";
        Trust.Believed believed = trust.believe(told.sender(), told.caller(), told.source());
        InetAddress address = believed.address();
        steps.add("sender " + told.sender() + " proves who it is, and is believed "
                + (believed.caller().isAnonymous() ? "nothing of who calls" : "that " + believed.caller().name() + " calls")
                + (address == null ? ", and nothing of from where" : " from " + SocketLink.text(address)));
        return arrival(believed.caller(), address == null ? question.from() : address, told.sender(), question.alpn());
    }

    private Caller certified() throws RefusedException {
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

    private Explanation match(Arrival arrival) throws IOException {
        List<Route> routes = new ArrayList<>();
        IdentityProviders.Judges judges = new IdentityProviders(question.clock()).judges(config.settings().identityProviders(), config.wayOut());
        try {
            for (GatewayConfig.BoundRoute<?> each : config.routes()) {
                routes.add(Workshop.route(each, question.clock(), judges, null, each.tried()));
            }
            place = "routes";
            FirstBytes firstBytes = new FirstBytes(() -> {
                throw new IOException("nobody is there");
            }, Duration.ZERO, arrival.tls());
            Routes all = new Routes(routes, this::declared);
            Match match = all.find(arrival, firstBytes, this::asked);
            if (question.asRequest()) {
                place = "routes[" + taken + "].protocol";
                match.route().speaks(Alpn.HTTP_1_1);
            }
            boolean looks = all.isFollowed(match.route(), arrival) && config.routes().stream().anyMatch(each -> each.recognises(match.route().name()));
            Caller caller = login(match.route(), arrival);
            steps.add("route " + match.route().name() + " allows it" + (looks ? ", if its protocol recognises the first bytes," : ",") + " and takes it to " + destination(match));
            DestinationName to = question.request().isEmpty() ? match.to() : requested(match, caller, arrival);
            destination(to, caller, arrival);
            return new Explanation(steps, null, "", match.route().name(), to, caller);
        } finally {
            routes.forEach(route -> route.handler().close());
        }
    }

    /** Where the protocol finds that a request goes. */
    private @Nullable DestinationName requested(Match match, Caller caller, Arrival arrival) throws RefusedException {
        place = "routes[" + taken + "].with";
        ProtocolHandler.Explained explained =
                match.route().handler().explain(Router.facts(arrival, match).with(caller), question.request());
        steps.addAll(explained == null ? List.of("protocol " + match.route().protocol() + " does not say what becomes of a request") : explained.steps());
        return explained == null ? match.to() : explained.to();
    }

    /** Who it is when the route's protocol has asked for credentials. */
    private Caller login(Route route, Arrival arrival) throws RefusedException {
        Judge judge = route.judge();
        if (judge == null) {
            return arrival.caller();
        }
        if (!route.openPlaces().isEmpty()) {
            steps.add("route " + route.name() + " is open to clients that prove nothing at: " + String.join("; ", route.openPlaces()));
        }
        Caller login = question.login();
        if (login == null && !route.openPlaces().isEmpty() && !question.request().isEmpty()) {
            steps.add("no identity provider vouches for it: the caller is anonymous");
            return Caller.ANONYMOUS;
        }
        if (login == null) {
            place = judge.place();
            throw new RefusedException(
                    Reason.NOT_ALLOWED, "no identity provider of the route has vouched in this session for anybody (" + place + ")");
        }
        steps.add("its protocol asks who calls, and an identity provider vouches for " + login.name());
        route.admission().check(login, arrival);
        return login;
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
            case APPLICATION_PROTOCOL -> "it is for application protocol " + String.join(" or ", route.alpn());
            case PROTOCOL -> "its protocol does not recognise the client's first bytes";
            case DESTINATION -> "its destination " + route.to() + " would be one that is not declared";
        };
    }

    private void destination(@Nullable DestinationName to, Caller caller, Arrival arrival) throws IOException {
        DestinationSettings destination =
                to == null || to.site() != null ? null : config.settings().destinations().get(to.name());
        if (to != null && destination != null && destination.allow() != null) {
            place = "destinations." + to.name() + ".allow";
            Admission.of("destination " + to.name(), place, destination.allow(), false, question.clock())
                    .check(caller, arrival);
            steps.add("destination " + to.name() + " allows it");
        }
        HostPort host = question.asked();
        if (host == null) {
            if (to != null && destination != null) {
                place = "destinations." + to.name() + ".addresses";
                destination.letUnnamed(to.name());
            }
        } else if (to != null && destination != null) {
            named(to.name(), destination, host);
        } else if (to != null) {
            place = "routes[" + taken + "].to";
            throw Destination.takesNoHost("service '" + to + "'");
        } else {
            steps.add("what hosts it may name is said where the destination is declared, which is not known here");
        }
    }

    private void named(String name, DestinationSettings destination, HostPort asked) throws IOException {
        place = "destinations." + name + ".permit";
        Permit permit = new Permit(name, destination.permit(), new OwnPorts(config::ports));
        HostPort host = permit.named(asked);
        InetAddress address = Names.ofClients().tryEach(host.host(), Instant.now().plus(LOOK_UP), (each, _) -> {
            permit.check(host, each);
            return each;
        });
        boolean isName = !HostPattern.isAddress(host.host());
        steps.add("destination " + name + " permits " + host + (isName ? ", which is " + SocketLink.text(address) : ""));
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

    private Arrival arrival(Caller caller, @Nullable InetAddress address, @Nullable String sender, List<String> protocols) {
        return new Arrival(
                question.entryPoint(),
                "0".repeat(32),
                question.source(),
                address,
                caller,
                new Arrival.Tls(question.serverName(), protocols),
                entryPoint.serviceFor(question.service()),
                null,
                sender,
                null,
                Instant.now(),
                Instant.now(),
                Duration.ZERO, new AbsentClient());
    }
}
