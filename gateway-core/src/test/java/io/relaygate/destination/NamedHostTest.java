package io.relaygate.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.access.HostPattern;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.PermitRule;
import io.relaygate.access.PortRange;
import io.relaygate.access.SharedUse;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Names;
import io.relaygate.net.Network;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that clients name, with a DNS whose answers change from one question to the next. */
@Timeout(30)
class NamedHostTest {

    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> questions = Collections.synchronizedList(new ArrayList<>());
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /** The next answer: addresses with blanks between them. */
    private synchronized InetAddress[] lookUp(String host) throws UnknownHostException {
        questions.add(host);
        String next = answers.poll();
        if (next == null) {
            throw new UnknownHostException(host);
        }
        return Arrays.stream(next.split(" ", -1)).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
    }

    private static Pool pool() {
        return new Pool("jump", PoolSettings.USUAL, InstantSource.system(), Deadlines.shared(), new Threads(0), new Metrics());
    }

    private AddressDestination destination(String hosts, String networks) {
        PermitRule rule = new PermitRule(
                hosts.isEmpty() ? List.of() : List.of(HostPattern.parse(hosts)),
                networks.isEmpty() ? List.of() : List.of(Network.parse(networks)),
                List.of(new PortRange(1, 65535)));
        DestinationSettings settings = new DestinationSettings(
                List.of(),
                DestinationSettings.Policy.FAILOVER,
                Duration.ofSeconds(5),
                DestinationSettings.ProxyProtocol.NONE,
                List.of(rule),
                null,
                null,
                null,
                null,
                null);
        return new AddressDestination(
                "jump", settings, InstantSource.system(), new Random(1), new Names(this::lookUp, 10), new OwnPorts(Map::of), new SharedUse(), pool(), null, SqlBrowser.USUAL);
    }

    private static DialContext context() {
        return new DialContext(
                "0".repeat(32), "in", "127.0.0.1:1", Caller.ANONYMOUS, null, List.of(), Instant.now().plusSeconds(10));
    }

    private Dialed dial(AddressDestination destination, String host) throws IOException {
        return destination.dial(context(), new HostPort(host, server.getLocalPort()));
    }

    @Test
    void connectsToTheAddressThatWasCheckedWhateverDnsSaysNext() throws IOException {
        answers.add("127.0.0.2");
        answers.add("127.0.0.3");
        Dialed dialed = dial(destination("db.example", "127.0.0.2"), "DB.example.");
        assertThat(dialed.address()).isEqualTo("127.0.0.2:" + server.getLocalPort());
        dialed.link().abort();
        assertThat(questions).containsExactly("db.example");
        server.accept().close();
    }

    @Test
    void anAnswerThatIsNotPermittedIsRefusedAndNobodyIsConnectedTo() throws IOException {
        AddressDestination destination = destination("db.example", "127.0.0.3");
        answers.add("127.0.0.2");
        answers.add("127.0.0.3");
        assertThatThrownBy(() -> dial(destination, "db.example"))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                .hasMessageContaining("db.example:" + server.getLocalPort() + " is 127.0.0.2, which is in no network");
        assertThat(questions).hasSize(1);
        assertNobodyCame();
    }

    @Test
    void aNameThatIsReboundToALoopbackAddressIsRefused() throws IOException {
        answers.add("127.0.0.2");
        assertThatThrownBy(() -> dial(destination("*", ""), "db.example"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is 127.0.0.2, which is a loopback address");
        assertNobodyCame();
    }

    @Test
    void ofSeveralAddressesThePermittedOnesAreTried() throws IOException {
        answers.add("169.254.169.254 127.0.0.3 127.0.0.2");
        Dialed dialed = dial(destination("*", "127.0.0.2"), "db.example");
        assertThat(dialed.address()).startsWith("127.0.0.2:");
        dialed.link().abort();
        server.accept().close();
    }

    @Test
    void aNameThatNoRuleIsForIsNotLookedUp() {
        assertThatThrownBy(() -> dial(destination("db.example", ""), "secret-as-a-name.example"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is nothing that destination 'jump' permits");
        assertThat(questions).isEmpty();
    }

    @Test
    void aNameWithoutAnAddressIsUnreachable() {
        assertThatThrownBy(() -> dial(destination("*", ""), "db.example"))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
                .hasMessageEndingWith("has no address in DNS");
    }

    @Test
    void aPermittedHostThatDoesNotAnswerIsUnreachable() throws IOException {
        server.close();
        assertThatThrownBy(() -> dial(destination("", "127.0.0.2"), "127.0.0.2"))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
                .hasMessageContaining("refused the connection");
    }

    @Test
    void withoutAHostThereIsNowhereToGo() {
        assertThatThrownBy(() -> destination("*", "").dial(context()))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                .hasMessageContaining("the client must name a host");
    }

    private void assertNobodyCame() throws IOException {
        server.setSoTimeout(1);
        assertThatThrownBy(() -> server.accept()).isInstanceOf(IOException.class);
    }
}
