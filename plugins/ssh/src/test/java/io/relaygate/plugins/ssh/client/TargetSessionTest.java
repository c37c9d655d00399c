package io.relaygate.plugins.ssh.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.plugins.ssh.wire.Fields;
import io.relaygate.plugins.ssh.wire.Incoming;
import io.relaygate.plugins.ssh.wire.Incoming.Data;
import io.relaygate.plugins.ssh.wire.Incoming.Ended;
import io.relaygate.plugins.ssh.wire.Incoming.ExitSignal;
import io.relaygate.plugins.ssh.wire.Incoming.ExitStatus;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Channels of sessions with a server of Apache MINA. */
@Timeout(120)
class TargetSessionTest {

    /** MINA's forwarder forgets at times to end the thread by which it has closed a connection; after a minute that ends itself. */
    @RegisterExtension
    private static final NothingLeftBehind LEFT = NothingLeftBehind.butThreads("sshd-TcpIpServerChannel-ConnectorCleanup");

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final byte[] NOTHING = {};

    private final Threads threads = new Threads(0);
    private final TestTarget target = new TestTarget();
    private TargetSession session;

    private static Instant soon() {
        return Instant.now().plus(LONG);
    }

    @BeforeEach
    void logIn() throws IOException {
        DialerHost host = new DialerHost("web1", "ssh", new Metrics(), threads);
        session = TargetSession.logIn(
                new Login(target.login()), host.connect(new HostPort("127.0.0.1", target.port()), null, soon()), soon(), host.threads(),
                Duration.ofSeconds(15));
    }

    @AfterEach
    void closeAll() {
        session.close();
        target.close();
        threads.close();
    }

    private static byte[] text(String... strings) {
        ByteBuffer data = ByteBuffer.allocate(1000);
        for (String each : strings) {
            byte[] bytes = each.getBytes(StandardCharsets.UTF_8);
            data.putInt(bytes.length).put(bytes);
        }
        return Arrays.copyOf(data.array(), data.position());
    }

    private static byte[] all(Object... fields) {
        ByteBuffer data = ByteBuffer.allocate(1000);
        for (Object each : fields) {
            switch (each) {
                case Integer number -> data.putInt(number);
                case byte[] bytes -> data.putInt(bytes.length).put(bytes);
                default -> data.put(text(each.toString()));
            }
        }
        return Arrays.copyOf(data.array(), data.position());
    }

    private TargetChannel session() throws IOException {
        return session.open("session", NOTHING, soon());
    }

    private TargetChannel run(String command) throws IOException {
        TargetChannel channel = session();
        assertThat(channel.request("exec", text(command), true, soon())).isTrue();
        return channel;
    }

    /** All that comes until the channel is closed. */
    private static final class Said {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteArrayOutputStream error = new ByteArrayOutputStream();
        private final List<Incoming> rest = new ArrayList<>();

        static Said by(TargetChannel channel) throws IOException {
            Said said = new Said();
            for (Incoming next = channel.take(); next != null; next = channel.take()) {
                if (next instanceof Data data) {
                    (data.error() ? said.error : said.out).write(data.bytes(), 0, data.length());
                } else {
                    said.rest.add(next);
                }
            }
            return said;
        }

        byte[] out() {
            return out.toByteArray();
        }

        byte[] error() {
            return error.toByteArray();
        }

        String text() {
            return out.toString(StandardCharsets.UTF_8);
        }
    }

    private static Thread writing(TargetChannel channel, byte[] bytes) {
        return Thread.ofVirtual().start(() -> {
            try {
                channel.write(bytes, 0, bytes.length);
                channel.finish();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void twentyMegabytesGoEachWayWholeThroughAReaderThatStalls() throws IOException {
        byte[] sent = TestProgram.said(20_000_000);
        TargetChannel channel = run("cat");
        Thread writer = writing(channel, sent);
        await().atMost(LONG).until(() -> channel.available() == TargetChannel.WINDOW);

        Said said = Said.by(channel);

        assertThat(Arrays.equals(said.out(), sent)).isTrue();
        assertThat(said.rest).contains(new Ended(), new ExitStatus(0));
        await().until(() -> !writer.isAlive());
        channel.close();
    }

    @Test
    void bothStreamsOfAProgramComeWholeAndInTheirOrder() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        for (int i = 0; i < 3000; i++) {
            (i % 2 == 0 ? out : error).write(TestProgram.said(i));
        }

        Said said = Said.by(run("both 3000"));

        assertThat(Arrays.equals(said.out(), out.toByteArray())).isTrue();
        assertThat(Arrays.equals(said.error(), error.toByteArray())).isTrue();
    }

    @Test
    void aShellHasItsTerminalItsEnvironmentItsSizeAndItsSignals() throws IOException {
        TargetChannel channel = session();
        byte[] modes = {53, 0, 0, 0, 1, 0};
        assertThat(channel.request("pty-req", all("xterm-x", 80, 24, 0, 0, modes), true, soon())).isTrue();
        channel.request("env", text("LANG", "sv_SE"), false, soon());
        assertThat(channel.request("shell", NOTHING, true, soon())).isTrue();
        channel.request("window-change", all(132, 50, 0, 0), false, soon());
        channel.request("signal", text("USR1"), false, soon());
        channel.finish();

        assertThat(Said.by(channel).text()).contains("LANG=sv_SE").contains("TERM=xterm-x").contains("echo 1").contains("size 132x50")
                .contains("signal USR1");
    }

    @Test
    void aProgramThatEndsSaysHow() throws IOException {
        assertThat(Said.by(run("exit 7")).rest).contains(new ExitStatus(7));
        assertThat(Said.by(run("signal KILL")).rest).contains(new ExitSignal("KILL", true, "it was too much"))
                .doesNotHaveAnyElementsOfTypes(ExitStatus.class);
    }

    @Test
    void whatTheServerDoesNotKnowIsRefusedAndTheChannelGoesOn() throws IOException {
        TargetChannel channel = session();
        assertThat(channel.request("subsystem", text("netconf"), true, soon())).isFalse();
        assertThat(channel.request("whatever@example.com", NOTHING, true, soon())).isFalse();
        assertThat(channel.request("subsystem", text("sftp"), true, soon())).isTrue();
        byte[] sent = TestProgram.said(1000);
        writing(channel, sent);

        assertThat(Said.by(channel).out()).isEqualTo(sent);
        assertThatThrownBy(() -> session.open("x11", NOTHING, soon()))
                .isInstanceOfSatisfying(ChannelRefusedException.class, e -> assertThat(e.reason()).isEqualTo(3));
        assertThat(session.request("nothing@example.com", NOTHING, soon())).isEmpty();
        assertThat(session.alive()).isTrue();
    }

    @Test
    void aChannelThatStallsStallsNoOther() throws IOException {
        TargetChannel stalled = run("talk 8000000");
        await().atMost(LONG).until(() -> stalled.available() == TargetChannel.WINDOW);
        TargetChannel deaf = run("hang");
        Thread writer = Thread.ofVirtual().start(() -> assertThatThrownBy(() -> deaf.write(new byte[50_000_000], 0, 50_000_000)));

        for (int i = 0; i < 3; i++) {
            TargetChannel busy = run("cat");
            byte[] sent = TestProgram.said(3_000_000);
            writing(busy, sent);
            assertThat(Arrays.equals(Said.by(busy).out(), sent)).isTrue();
        }

        assertThat(stalled.available()).isEqualTo(TargetChannel.WINDOW);
        assertThat(Arrays.equals(Said.by(stalled).out(), TestProgram.said(8_000_000))).isTrue();
        assertThat(writer.isAlive()).isTrue();
        deaf.close();
        await().until(() -> !writer.isAlive());
    }

    @Test
    void aServerThatSendsMoreThanTheWindowLosesThatChannelAlone() throws IOException {
        TargetChannel other = run("cat");
        target.server().addChannelListener(new ChannelListener() {
            @Override
            public void channelOpenSuccess(Channel channel) {
                channel.getRemoteWindow().expand(100_000_000);
            }
        });
        TargetChannel channel = run("talk 9000000");
        await().atMost(LONG).until(() -> channel.available() > TargetChannel.WINDOW - 100_000);

        assertThatThrownBy(() -> Said.by(channel)).isInstanceOf(IOException.class).hasMessageContaining("more than its window");
        byte[] sent = TestProgram.said(1000);
        writing(other, sent);
        assertThat(Said.by(other).out()).isEqualTo(sent);
    }

    @Test
    void aServerThatIsKilledIsAFailureAndNoEnd() throws IOException {
        AtomicInteger told = new AtomicInteger();
        session.whenOver(told::incrementAndGet);
        TargetChannel reading = run("hang");
        TargetChannel asking = run("hang");
        TargetChannel full = run("talk 9000000");
        await().atMost(LONG).until(() -> full.available() == TargetChannel.WINDOW);

        target.kill();

        assertThatThrownBy(reading::take).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("lost");
        assertThatThrownBy(() -> Said.by(full)).isInstanceOf(IOException.class).hasMessageContaining("lost");
        assertThatThrownBy(() -> asking.request("signal", text("TERM"), true, soon())).isInstanceOf(IOException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> session.open("session", NOTHING, soon())).isInstanceOf(IOException.class);
        assertThat(session.alive()).isFalse();
        await().until(() -> told.get() == 1);
        session.whenOver(told::incrementAndGet);
        assertThat(told).hasValue(2);
    }

    @Test
    void aDeadlineEndsWhoWaitsAndTheSessionGoesOn() throws IOException {
        TargetChannel channel = run("hang");
        channel.deadline(Instant.now().plusMillis(100));

        assertThatThrownBy(channel::take).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> channel.write(new byte[50_000_000], 0, 50_000_000)).isInstanceOf(SocketTimeoutException.class);
        channel.close();
        assertThat(Said.by(run("exit 3")).rest).contains(new ExitStatus(3));
    }

    @Test
    void nothingOfAClosedChannelIsKept() throws IOException {
        TargetChannel channel = run("talk 9000000");
        await().atMost(LONG).until(() -> channel.available() == TargetChannel.WINDOW);

        channel.close();

        assertThat(channel.available()).isZero();
        assertThatThrownBy(channel::take).hasMessageContaining("closed");
        assertThatThrownBy(() -> channel.write(new byte[1], 0, 1)).hasMessageContaining("closed");
        await().atMost(LONG).until(() -> target.channels() == 0);
        assertThat(Said.by(run("exit 0")).rest).contains(new ExitStatus(0));
    }

    private int port(String request, int port) throws IOException {
        byte[] answer = session.request(request, all("127.0.0.1", port), soon()).orElseThrow();
        return answer.length == 0 ? port : ByteBuffer.wrap(answer).getInt();
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void echo(TargetChannel channel) throws IOException {
        for (Incoming next = channel.take(); next instanceof Data data; next = channel.take()) {
            channel.write(data.bytes(), 0, data.length());
        }
        channel.end();
    }

    @Test
    void connectionsToAForwardedPortAreOfferedAndCarried() throws IOException {
        List<String> offered = Collections.synchronizedList(new ArrayList<>());
        session.offersTo(offer -> {
            Fields data = new Fields(offer.openData(), 0, offer.openData().length);
            offered.add(offer.type() + " " + data.text() + " " + data.int32());
            echo(offer.accept());
        });
        int port = port("tcpip-forward", 0);
        byte[] sent = TestProgram.said(5_000_000);

        for (int i = 0; i < 2; i++) {
            try (Socket client = connect(port)) {
                Thread.ofVirtual().start(() -> {
                    try {
                        client.getOutputStream().write(sent);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                // MINA's server ends both directions with the first one.
                assertThat(Arrays.equals(client.getInputStream().readNBytes(sent.length), sent)).isTrue();
            }
        }
        assertThat(offered).containsExactly("forwarded-tcpip 127.0.0.1 " + port, "forwarded-tcpip 127.0.0.1 " + port);
        assertThat(session.request("tcpip-forward", all("127.0.0.1", port), soon())).as("the port is in use").isEmpty();

        port("cancel-tcpip-forward", port);
        assertThatThrownBy(() -> connect(port).close()).isInstanceOf(IOException.class);
    }

    @Test
    void offersThatNobodyTakesAreRefused() throws IOException {
        int port = port("tcpip-forward", 0);
        try (Socket client = connect(port)) {
            assertThat(client.getInputStream().read()).as("nobody asked for it").isNegative();
        }
        session.offersTo(offer -> offer.refuse(2, "not now"));
        try (Socket client = connect(port)) {
            assertThat(client.getInputStream().read()).as("refused").isNegative();
        }
        session.offersTo(offer -> {
            throw new IOException("no");
        });
        try (Socket client = connect(port)) {
            assertThat(client.getInputStream().read()).as("unanswered").isNegative();
        }
        assertThat(session.alive()).isTrue();
    }
}
