package io.relaygate.destination;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.net.Deadlines;
import io.relaygate.net.DialAddress;
import io.relaygate.net.Names;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Instances of SQL Server, whose ports a SQL Browser on loopback tells. */
@Timeout(60)
class NamedInstanceTest {

    private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");

    private final Threads threads = new Threads(0);
    private volatile Instant now = Instant.now();
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private final List<byte[]> answers = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable DatagramSocket> intruder = new AtomicReference<>();
    private DatagramSocket browser;
    private ServerSocket instance;

    @BeforeEach
    void listen() throws IOException {
        instance = server();
        browser = new DatagramSocket(new InetSocketAddress(HERE, 0));
        threads.start("browser", () -> {
            byte[] room = new byte[100];
            try {
                while (true) {
                    DatagramPacket question = new DatagramPacket(room, room.length);
                    browser.receive(question);
                    questions.add(new String(room, 0, question.getLength(), ISO_8859_1));
                    for (byte[] answer : answers) {
                        DatagramSocket from = intruder.getAndSet(null);
                        (from == null ? browser : from).send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                    }
                }
            } catch (IOException e) {
                // Closed.
            }
        });
    }

    @AfterEach
    void close() throws IOException {
        browser.close();
        instance.close();
        await().until(() -> threads.alive() == 0);
        threads.close();
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 10, HERE);
    }

    private AddressDestination destination(String... addresses) {
        return destination(Duration.ofSeconds(20), addresses);
    }

    private AddressDestination destination(Duration connectTimeout, String... addresses) {
        DestinationSettings settings = new DestinationSettings(
                Arrays.stream(addresses).map(DialAddress::parse).toList(), DestinationSettings.Policy.FAILOVER, connectTimeout,
                DestinationSettings.ProxyProtocol.NONE, List.of(), null, null, null, null, null);
        return new AddressDestination(
                "sql-b", settings, () -> now, new Random(1), Names.shared(), new OwnPorts(Map::of), new SharedUse(),
                new Pool("sql-b", PoolSettings.USUAL, () -> now, Deadlines.shared(), threads, new Metrics()), null,
                new SqlBrowser(browser.getLocalPort()));
    }

    private Dialed dial(AddressDestination destination) throws IOException {
        return destination.dial(new DialContext(
                "0".repeat(32), "in", "127.0.0.1:1", Caller.ANONYMOUS, null, List.of(), now.plusSeconds(40)));
    }

    private void reaches(AddressDestination destination, ServerSocket server) throws IOException {
        Dialed dialed = dial(destination);
        dialed.link().abort();
        server.accept().close();
        assertThat(dialed.address()).isEqualTo("127.0.0.1:" + server.getLocalPort());
        assertThat(dialed.peer()).isEqualTo(new Session.Peer(new HostPort("127.0.0.1", server.getLocalPort()), false));
    }

    private static byte[] answer(String data) {
        return ByteBuffer.allocate(3 + data.length()).order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 5).putShort((short) data.length()).put(data.getBytes(ISO_8859_1)).array();
    }

    private static byte[] answer(String name, Object port) {
        return answer("ServerName;SQL03;InstanceName;" + name + ";IsClustered;No;Version;16.0.1000.6;np;\\\\SQL03\\pipe\\MSSQL$" + name
                + "\\sql\\query;tcp;" + port + ";;");
    }

    @Test
    void isReachedAtThePortThatSqlBrowserTellsAndThatIsAskedOnceAMinute() throws IOException {
        answers.add(answer("REPORTS", instance.getLocalPort()));
        AddressDestination destination = destination("127.0.0.1\\Reports");
        reaches(destination, instance);
        reaches(destination, instance);
        assertThat(questions).containsExactly("\u0004Reports\0");
        now = now.plusSeconds(60);
        reaches(destination, instance);
        assertThat(questions).hasSize(2);
    }

    @Test
    void isAskedForAtOnceWhenItHasBegunAgainAtAnotherPort() throws IOException {
        answers.add(answer("REPORTS", instance.getLocalPort()));
        AddressDestination destination = destination("127.0.0.1\\REPORTS");
        reaches(destination, instance);
        ServerSocket before = instance;
        instance = server();
        before.close();
        answers.set(0, answer("REPORTS", instance.getLocalPort()));
        reaches(destination, instance);
        reaches(destination, instance);
        assertThat(questions).hasSize(2);
    }

    @Test
    void whatIsNoAnswerAboutItIsPassedOver() throws IOException {
        byte[] right = answer("REPORTS", instance.getLocalPort());
        byte[] otherKind = right.clone();
        otherKind[0] = 4;
        answers.addAll(List.of(
                new byte[0], new byte[] {5}, new byte[] {5, 0, 0}, otherKind, Arrays.copyOf(right, right.length - 1), Arrays.copyOf(right, right.length + 1),
                answer("OTHER", 1), answer("REPORTS", 0), answer("REPORTS", 65536), answer("REPORTS", -1), answer("REPORTS", ""),
                answer(";".repeat(1025)), answer(";;;"), right));
        reaches(destination("127.0.0.1\\REPORTS"), instance);
        assertThat(questions).hasSize(1);
    }

    @Test
    void anAnswerFromElsewhereIsDropped() throws IOException {
        try (DatagramSocket elsewhere = new DatagramSocket(new InetSocketAddress(HERE, 0)); ServerSocket trap = server()) {
            intruder.set(elsewhere);
            answers.add(answer("REPORTS", trap.getLocalPort()));
            answers.add(answer("REPORTS", instance.getLocalPort()));
            reaches(destination("127.0.0.1\\REPORTS"), instance);
        }
    }

    @Test
    void whoSendsNothingButWrongAnswersIsNotListenedToForLong() {
        for (int i = 0; i < 20; i++) {
            answers.add(answer("OTHER", i));
        }
        unreachable(destination("127.0.0.1\\REPORTS"), "has sent what is about another instance; it may be stopped");
        assertThat(questions).hasSize(1);
    }

    @Test
    void isAskedForTwiceIfSqlBrowserIsSilentAndThenTheNextAddressIsTried() throws IOException {
        reaches(destination(Duration.ofMillis(400), "127.0.0.1\\REPORTS", "127.0.0.1:" + instance.getLocalPort()), instance);
        assertThat(questions).hasSize(2);
    }

    @Test
    void itIsSaidWhatToDoWhereSqlBrowserDoesNotAnswer() {
        unreachable(destination(Duration.ofMillis(100), "127.0.0.1\\REPORTS"),
                "destination 'sql-b': 127.0.0.1\\REPORTS has no known port: SQL Browser at UDP 127.0.0.1:" + browser.getLocalPort()
                        + " does not answer; it may be stopped, behind a firewall, or know no instance REPORTS. "
                        + "Where the instance has a fixed port, 127.0.0.1:PORT needs no SQL Browser");
        AddressDestination destination = destination("127.0.0.1\\REPORTS");
        browser.close();
        unreachable(destination, " is not there; it may be stopped");
    }

    @Test
    void itIsSaidIfTheInstanceHasNoTcp() {
        answers.add(answer("ServerName;SQL03;InstanceName;REPORTS;IsClustered;No;Version;16.0.1000.6;np;\\\\SQL03\\pipe\\sql\\query;;"));
        unreachable(destination("127.0.0.1\\REPORTS"), "127.0.0.1\\REPORTS has no TCP port: TCP/IP is off there");
    }

    @Test
    void itIsSaidWhichPortDoesNotAnswerAndThatIsNotRemembered() throws IOException {
        answers.add(answer("REPORTS", instance.getLocalPort()));
        instance.close();
        AddressDestination destination = destination("127.0.0.1\\REPORTS");
        for (int time = 0; time < 2; time++) {
            unreachable(destination, "127.0.0.1\\REPORTS refused the connection, at port " + instance.getLocalPort() + " where SQL Browser says that it is");
        }
        assertThat(questions).hasSize(2);
    }

    private void unreachable(AddressDestination destination, String why) {
        assertThatThrownBy(() -> dial(destination))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE))
                .hasMessageContaining(why);
    }

    @Test
    void anAnswerThatIsCutOrChangedIsReadAsOneWithAPortOrAsNone() {
        byte[] whole = answer("REPORTS", 51433);
        for (int cut = 0; cut < whole.length; cut++) {
            ByteBuffer part = ByteBuffer.wrap(whole, 0, cut);
            assertThatThrownBy(() -> BrowserAnswer.read(part, "REPORTS")).isInstanceOf(IllegalArgumentException.class);
        }
        Random random = new Random(1);
        List<Integer> ports = new ArrayList<>();
        for (int time = 0; time < 20_000; time++) {
            byte[] changed = whole.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                Integer port = BrowserAnswer.read(ByteBuffer.wrap(changed), "REPORTS").port();
                ports.add(port == null ? 1 : port);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(ports).isNotEmpty().allSatisfy(port -> assertThat(port).isBetween(1, 65535));
    }
}
