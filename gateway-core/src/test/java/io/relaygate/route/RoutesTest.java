package io.relaygate.route;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.access.AbsentClient;
import io.relaygate.access.Admission;
import io.relaygate.access.AllowSettings;
import io.relaygate.access.Arrival;
import io.relaygate.net.Network;
import io.relaygate.net.PipeLink;
import io.relaygate.net.TestHello;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RoutesTest {

    private static final Set<DestinationName> DECLARED =
            Set.of(DestinationName.parse("db"), DestinationName.parse("oslo/web"), DestinationName.parse("plain"));

    private final PipeLink.Pair client = PipeLink.pair();
    private final FirstBytes firstBytes = new FirstBytes(client::b, Duration.ofSeconds(20), null);

    private static Route route(String name, @Nullable String service, @Nullable String sni, String to) {
        SniPattern pattern = sni == null ? null : SniPattern.parse(sni);
        return new Route(name, List.of("in"), service, pattern, List.of(), "tcp", DestinationTemplate.parse(to), new Admission.Open(), null, null, session -> {}, List.of(), List.of());
    }

    private static Arrival arrival(@Nullable String service) {
        InetAddress address = InetAddress.getLoopbackAddress();
        return new Arrival(
                "in", "id", "test", address, Caller.ANONYMOUS, null, service, null, null, null, Instant.now(), Instant.now(), Duration.ofSeconds(1), new AbsentClient());
    }

    private Match find(Arrival arrival, Route... routes) throws IOException {
        return new Routes(List.of(routes), DECLARED::contains).find(arrival, firstBytes);
    }

    @Test
    void takesTheRouteOfTheServiceThatWasAskedFor() throws Exception {
        Match match = find(arrival("orders"), route("a", "crm", null, "plain"), route("b", "orders", null, "db"));
        assertThat(match.route().name()).isEqualTo("b");
        assertThat(match.to()).isEqualTo(DestinationName.parse("db"));
    }

    @Test
    void refusesAServiceThatNoRouteTakes() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> find(arrival("other"), route("a", "crm", null, "plain")))
                .withMessage("no route takes service 'other'")
                .matches(e -> e.reason() == Reason.NOT_FOUND);
    }

    @Test
    void capturesTheSiteFromAServerNameAndLeavesTheHelloUnread() throws Exception {
        byte[] hello = TestHello.of("oslo.example.com");
        client.a().out().write(hello);
        Match match = find(arrival(null), route("a", null, "{site}.example.com", "{site}/web"));
        assertThat(match.to()).isEqualTo(DestinationName.parse("oslo/web"));
        assertThat(match.captures()).containsEntry("site", "oslo");
        assertThat(client.b().in().readNBytes(hello.length)).isEqualTo(hello);
    }

    @Test
    void fillsInTheServiceThatWasAskedForWhereItIsDeclared() throws Exception {
        Route any = route("any", null, null, "{service}");
        assertThat(find(arrival("db"), any).to()).isEqualTo(DestinationName.parse("db"));
        assertThat(find(arrival("other"), any, route("rest", null, null, "plain")).route().name()).isEqualTo("rest");
    }

    @Test
    void goesOnToTheNextRouteWhereACapturedNameIsNotDeclared() throws Exception {
        client.a().out().write(TestHello.of("rome.example.com"));
        Match match = find(
                arrival(null), route("a", null, "{site}.example.com", "{site}/web"), route("b", null, null, "plain"));
        assertThat(match.route().name()).isEqualTo("b");
    }

    @Test
    void takesAClientThatSpeaksNoTlsByTheRouteWithoutAServerName() throws Exception {
        client.a().out().write("SSH-2.0-x\r\n".getBytes(US_ASCII));
        Match match = find(arrival(null), route("a", null, "db.example.com", "db"), route("b", null, null, "plain"));
        assertThat(match.route().name()).isEqualTo("b");
    }

    @Test
    void takesASilentClientByTheRouteWithoutAServerName() throws Exception {
        FirstBytes silent = new FirstBytes(client::b, Duration.ofMillis(20), null);
        Match match = new Routes(
                        List.of(route("a", null, "db.example.com", "db"), route("b", null, null, "plain")),
                        DECLARED::contains)
                .find(arrival(null), silent);
        assertThat(match.route().name()).isEqualTo("b");
    }

    @Test
    void takesTheServerNameOfATlsThatHasEndedAndReadsNothing() throws Exception {
        FirstBytes ended = new FirstBytes(client::b, Duration.ofSeconds(20), new Arrival.Tls("db.example.com", List.of()));
        Match match = new Routes(List.of(route("a", null, "db.example.com", "db")), DECLARED::contains).find(arrival(null), ended);
        assertThat(match.route().name()).isEqualTo("a");
    }

    /** A route for clients whose first bytes begin with these words. */
    private static Route speaking(String words) {
        return recognising(words, first -> {
            String said = US_ASCII.decode(first.bytes()).toString();
            if (said.startsWith(words)) {
                return Recognition.YES;
            }
            return !said.isEmpty() && words.startsWith(said) ? Recognition.MORE : Recognition.NO;
        });
    }

    private static Route recognising(String name, Route.Recognising recognising) {
        return new Route(
                name, List.of("in"), null, null, List.of(), "p", DestinationTemplate.parse("db"), new Admission.Open(), null, recognising, session -> {}, List.of(), List.of());
    }

    private String takes(String said, Route... routes) throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        Thread writing = Thread.ofVirtual().start(() -> {
            try {
                for (byte each : said.getBytes(US_ASCII)) {
                    pair.a().out().write(each);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        FirstBytes first = new FirstBytes(pair::b, Duration.ofSeconds(20), null);
        String taken = new Routes(List.of(routes), DECLARED::contains).find(arrival(null), first).route().name();
        assertThat(new String(pair.b().in().readNBytes(said.length()), US_ASCII)).as("nothing is consumed").isEqualTo(said);
        writing.join();
        return taken;
    }

    @Test
    void takesARouteWhoseProtocolRecognisesTheClientHoweverItsFirstBytesArrive() throws Exception {
        Route rest = route("rest", null, null, "plain");
        assertThat(takes("SSH-2.0-x", speaking("SSH-2.0-"), speaking("SSH-1"), rest)).isEqualTo("SSH-2.0-");
        assertThat(takes("SSH-1.9", speaking("SSH-2.0-"), speaking("SSH-1"), rest)).isEqualTo("SSH-1");
        assertThat(takes("GET / HTTP/1.1", speaking("SSH-2.0-"), speaking("SSH-1"), rest)).isEqualTo("rest");
    }

    @Test
    void givesWhomNoProtocolRecognisesToTheLastRouteWhichCanTellThemWhatIsWrong() throws Exception {
        assertThat(takes("GET", speaking("SSH-2.0-"))).isEqualTo("SSH-2.0-");
        assertThat(takes("GET", speaking("SSH-2.0-"), speaking("SSH-1"))).isEqualTo("SSH-1");
        Route elsewhere = new Route(
                "elsewhere", List.of("out"), null, null, List.of(), "p", DestinationTemplate.parse("db"), new Admission.Open(), null, null, session -> {}, List.of(), List.of());
        Route other = new Route(
                "other", List.of("in"), "db", null, List.of(), "p", DestinationTemplate.parse("db"), new Admission.Open(), null, null, session -> {}, List.of(), List.of());
        assertThat(takes("GET", speaking("SSH-2.0-"), elsewhere, other)).as("neither is for this client").isEqualTo("SSH-2.0-");
    }

    @Test
    void waitsForNoFirstBytesOfAClientThatOnlyOneRouteCanTake() throws Exception {
        FirstBytes nobody = new FirstBytes(
                () -> {
                    throw new IOException("somebody has looked");
                },
                Duration.ofSeconds(20),
                null);
        Routes routes = new Routes(List.of(speaking("SSH-2.0-")), DECLARED::contains);
        assertThat(routes.find(arrival(null), nobody).route().name()).isEqualTo("SSH-2.0-");
    }

    @Test
    void asksNoMoreForBytesOfAClientThatHasEndedOrSaidTooMuch() throws Exception {
        client.a().out().write("SSH".getBytes(US_ASCII));
        client.a().finish();
        assertThat(find(arrival(null), speaking("SSH-2.0-"), route("rest", null, null, "plain")).route().name()).isEqualTo("rest");
        Route insatiable = recognising("insatiable", first -> {
            first.bytes();
            return Recognition.MORE;
        });
        assertThat(takes("x".repeat(70_000), insatiable, route("rest", null, null, "plain"))).isEqualTo("rest");
    }

    @Test
    void letsAProtocolTakeASilentClientOrPassIt() throws Exception {
        FirstBytes silent = new FirstBytes(client::b, Duration.ofMillis(20), null);
        Routes routes = new Routes(
                List.of(speaking("SSH-2.0-"), recognising("speaks first", first -> first.silent() ? Recognition.YES : Recognition.NO)),
                DECLARED::contains);
        assertThat(routes.find(arrival(null), silent).route().name()).isEqualTo("speaks first");
    }

    @Test
    void showsAProtocolTheServerNameAndWhatAClientOffersInTls() throws Exception {
        client.a().out().write(TestHello.of("www.example.com"));
        Route named = recognising("named", first -> "www.example.com".equals(first.serverName()) ? Recognition.YES : Recognition.NO);
        assertThat(find(arrival(null), speaking("SSH-"), named).route().name()).isEqualTo("named");
    }

    @Test
    void takesARouteByTheApplicationProtocolThatWasAgreedOn() throws Exception {
        Route h2 = new Route(
                "h2", List.of("in"), null, null, List.of("h2", "h3"), "tcp", DestinationTemplate.parse("db"), new Admission.Open(), null, null, session -> {}, List.of(), List.of());
        Route rest = route("rest", null, null, "plain");
        for (String agreed : List.of("h2", "http/1.1")) {
            FirstBytes ended = new FirstBytes(client::b, Duration.ofSeconds(20), new Arrival.Tls(null, List.of(agreed)));
            Match match = new Routes(List.of(h2, rest), DECLARED::contains).find(arrival(null), ended);
            assertThat(match.route().name()).isEqualTo(agreed.equals("h2") ? "h2" : "rest");
        }
    }

    @Test
    void refusesASourceThatTheFirstMatchingRouteDoesNotAllow() {
        Admission elsewhere =
                Admission.of("the route", "routes[r].allow", new AllowSettings(List.of(Network.parse("203.0.113.0/24")), List.of(), List.of(), List.of(), List.of(), List.of()), false, InstantSource.system());
        Route closed = new Route("a", List.of("in"), null, null, List.of(), "tcp", DestinationTemplate.parse("db"), elsewhere, null, null, session -> {}, List.of(), List.of());
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> find(arrival(null), closed, route("b", null, null, "plain")))
                .matches(e -> e.reason() == Reason.NOT_ALLOWED);
    }
}
