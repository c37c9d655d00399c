package io.relaygate.route;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.access.Admission;
import io.relaygate.access.AllowSettings;
import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.access.Network;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.TestHello;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
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
        return new Route(name, List.of("in"), service, pattern, "tcp", DestinationTemplate.parse(to), new Admission.Open(), session -> {});
    }

    private static Arrival arrival(@Nullable String service) {
        Client nobody = new Client() {
            @Override
            public boolean relayed() {
                return false;
            }

            @Override
            public Link accept(Instant deadline) throws IOException {
                throw new IOException("not asked");
            }

            @Override
            public void refuse(RefusedException why) {}
        };
        InetAddress address = InetAddress.getLoopbackAddress();
        return new Arrival(
                "in", "id", "test", address, Caller.ANONYMOUS, null, service, null, null, Instant.now(), Duration.ofSeconds(1), nobody);
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
        FirstBytes ended = new FirstBytes(client::b, Duration.ofSeconds(20), new Arrival.Tls("db.example.com"));
        Match match = new Routes(List.of(route("a", null, "db.example.com", "db")), DECLARED::contains).find(arrival(null), ended);
        assertThat(match.route().name()).isEqualTo("a");
    }

    @Test
    void refusesASourceThatTheFirstMatchingRouteDoesNotAllow() {
        Admission elsewhere =
                Admission.of("the route", new AllowSettings(List.of(Network.parse("203.0.113.0/24")), List.of()), false);
        Route closed = new Route("a", List.of("in"), null, null, "tcp", DestinationTemplate.parse("db"), elsewhere, session -> {});
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> find(arrival(null), closed, route("b", null, null, "plain")))
                .matches(e -> e.reason() == Reason.NOT_ALLOWED);
    }
}
