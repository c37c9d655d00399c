package io.relaygate.plugins.ssh.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.client.session.forward.ExplicitPortForwardingTracker;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients do over the gateway at a target; both are Apache MINA's here, and OpenSSH's in the tests of the distribution. */
@Timeout(120)
class ProxyTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static World world;

    @BeforeAll
    static void start() throws Exception {
        world = new World(folder, "keys", """
                permit: { localForward: ["127.0.0.1:*"], remoteForward: ["127.0.0.1:*"], env: [LANG] }
                limits: { channels: 5 }
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        world.close();
    }

    /** What came of a command. */
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares these.
    private record Ended(byte[] out, String err, @Nullable Integer status) {
        String text() {
            return new String(out, UTF_8);
        }
    }

    private static Ended run(ClientSession session, String command, byte[] input) throws IOException {
        ChannelExec channel = session.createExecChannel(command);
        return run(channel, input);
    }

    private static Ended run(ChannelExec channel, byte[] input) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        channel.setIn(new ByteArrayInputStream(input));
        channel.setOut(out);
        channel.setErr(err);
        channel.open().verify(LONG);
        channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LONG);
        return new Ended(out.toByteArray(), err.toString(UTF_8), channel.getExitStatus());
    }

    @Test
    void commandsRunWithTheirStreamsAndStatus() throws IOException {
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            Ended said = run(session, "say out err", new byte[0]);
            assertThat(said.text()).isEqualTo("out\n");
            assertThat(said.err()).isEqualTo("err\n");
            assertThat(said.status()).isZero();
            assertThat(run(session, "exit 7", new byte[0]).status()).isEqualTo(7);
        }
        await().atMost(LONG).until(() -> world.route().events("ssh.channel").stream().anyMatch(each -> "exit 7".equals(each.get("what"))));
        Map<String, String> told = world.route().events("ssh.channel").stream().filter(each -> "exit 7".equals(each.get("what"))).findFirst().orElseThrow();
        assertThat(told).containsEntry("kind", "exec").containsEntry("outcome", "7").containsEntry("bytesUp", "0");
        assertThat(world.route().events("ssh.exec")).anySatisfy(each -> assertThat(each).containsEntry("command", "say out err"));
    }

    @Test
    void megabytesPassBothWaysWithoutLoss() throws IOException {
        byte[] input = TestTarget.said(5_000_000);
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            assertThat(Arrays.equals(run(session, "cat", input).out(), input)).isTrue();
            assertThat(Arrays.equals(run(session, "talk 6000000", new byte[0]).out(), TestTarget.said(6_000_000))).isTrue();
            assertThat(run(session, "count", input).text()).isEqualTo("5000000");
        }
    }

    @Test
    void aTerminalHasItsTypeAndSizeAndIsTyped() throws IOException {
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            ChannelShell shell = session.createShellChannel();
            shell.setPtyType("xterm-test");
            shell.setPtyColumns(101);
            shell.setPtyLines(43);
            shell.open().verify(LONG);
            InputStream out = shell.getInvertedOut();
            assertThat(new String(out.readNBytes(22), UTF_8)).startsWith("term xterm-test 101x43");
            shell.sendWindowChange(80, 25);
            shell.getInvertedIn().write("typed\n".getBytes(UTF_8));
            shell.getInvertedIn().flush();
            assertThat(new String(out.readNBytes(1 + 6), UTF_8)).contains("typed");
            shell.close(false).await(LONG);
        }
    }

    @Test
    void variablesThatArePermittedArePassedOnAndOthersAreNot() throws IOException {
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            ChannelExec permitted = session.createExecChannel("env LANG");
            permitted.setEnv("LANG", "nb_NO.UTF-8");
            assertThat(run(permitted, new byte[0]).text()).isEqualTo("nb_NO.UTF-8");
            ChannelExec other = session.createExecChannel("env LD_PRELOAD");
            other.setEnv("LD_PRELOAD", "evil.so");
            assertThat(run(other, new byte[0]).text()).isEqualTo("null");
        }
    }

    @Test
    void aStalledChannelStallsNoOther() throws Exception {
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            ChannelExec stalled = session.createExecChannel("talk 8000000");
            stalled.open().verify(LONG);
            InputStream unread = stalled.getInvertedOut();
            assertThat(unread.read()).isNotNegative();

            byte[] input = TestTarget.said(3_000_000);
            for (int i = 0; i < 3; i++) {
                assertThat(Arrays.equals(run(session, "cat", input).out(), input)).isTrue();
            }

            byte[] rest = unread.readAllBytes();
            byte[] all = TestTarget.said(8_000_000);
            assertThat(Arrays.equals(rest, Arrays.copyOfRange(all, 1, all.length))).isTrue();
        }
    }

    @Test
    void moreChannelsThanTheLimitAreRefusedAndTheSessionGoesOn() throws IOException {
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            List<ChannelExec> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ChannelExec each = session.createExecChannel("wait");
                each.open().verify(LONG);
                waiting.add(each);
            }
            assertThatThrownBy(() -> session.createExecChannel("exit 0").open().verify(LONG)).hasMessageContaining("5 channels at most");
            waiting.getFirst().close(false).await(LONG);
            await().atMost(LONG).untilAsserted(() -> assertThat(run(session, "exit 3", new byte[0]).status()).isEqualTo(3));
        }
    }

    @Test
    void connectionsFromTheTargetGoWhereTheyArePermittedAlone() throws IOException {
        try (Echo echo = new Echo();
                ClientSession session = world.logIn("alice+web1", World.ALICE);
                ExplicitPortForwardingTracker forward =
                        session.createLocalPortForwardingTracker(0, new SshdSocketAddress("127.0.0.1", echo.port()))) {
            byte[] said = TestTarget.said(1_000_000);
            assertEchoes(forward.getBoundAddress().getPort(), said);
            await().atMost(LONG).until(() -> world.route().events("ssh.forward").stream().anyMatch(each -> "1000000".equals(each.get("bytesDown"))));
        }
        try (ClientSession session = world.logIn("alice+web1", World.ALICE);
                ExplicitPortForwardingTracker forward =
                        session.createLocalPortForwardingTracker(0, new SshdSocketAddress("169.254.169.254", 80));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), forward.getBoundAddress().getPort())) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThat(world.route().events("ssh.forward"))
                .anySatisfy(each -> assertThat(each).containsEntry("to", "169.254.169.254:80").containsEntry("outcome", "refused"));
    }

    @Test
    void theTargetListensForTheClientWhereThatIsPermittedAlone() throws IOException {
        try (Echo echo = new Echo(); ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            SshdSocketAddress listening = session.startRemotePortForwarding(
                    new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("127.0.0.1", echo.port()));
            assertThat(listening.getPort()).isPositive();
            byte[] said = TestTarget.said(300_000);
            for (int i = 0; i < 2; i++) {
                assertEchoes(listening.getPort(), said);
            }
            await().atMost(LONG).until(() -> world.route().events("ssh.forward").stream()
                    .filter(each -> ("the client, from 127.0.0.1:" + listening.getPort() + " of the target").equals(each.get("to")))
                    .filter(each -> "300000".equals(each.get("bytesDown")) && "300000".equals(each.get("bytesUp"))).count() == 2);
            session.stopRemotePortForwarding(listening);
            await().atMost(LONG).until(() -> refuses(listening.getPort()));
            assertThat(world.route().events("ssh.listen")).anySatisfy(each -> assertThat(each).containsEntry("at", "127.0.0.1:0").containsEntry("outcome", "listening"));

            assertThatThrownBy(() -> session.startRemotePortForwarding(new SshdSocketAddress("0.0.0.0", 0), new SshdSocketAddress("127.0.0.1", 1)))
                    .isInstanceOf(IOException.class);
            assertThat(world.route().events("ssh.refused")).anySatisfy(each -> assertThat(each).containsEntry("what", "listening at the target at 0.0.0.0:0 (-R)"));
            assertThat(run(session, "exit 3", new byte[0]).status()).isEqualTo(3);
        }
    }

    /** Somebody at a port says again what it is told. */
    private static void assertEchoes(int port, byte[] said) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(said);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            byte[] heard = socket.getInputStream().readNBytes(said.length);
            assertThat(heard).hasSize(said.length);
            assertThat(Arrays.mismatch(heard, said)).isEqualTo(-1);
            await().until(() -> !writer.isAlive());
        }
    }

    private static boolean refuses(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    /** A client that nobody listens behind says no, and the target's peer sees an end. */
    @Test
    void whatTheClientDoesNotTakeEndsAtTheTarget() throws IOException {
        try (ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            SshdSocketAddress listening = session.startRemotePortForwarding(new SshdSocketAddress("127.0.0.1", 0), new SshdSocketAddress("127.0.0.1", 1));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening.getPort())) {
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            await().atMost(LONG).until(() -> world.route().events("ssh.forward").stream().anyMatch(each -> "refused by the client".equals(each.get("outcome"))));
            assertThat(run(session, "exit 3", new byte[0]).status()).isEqualTo(3);
        }
    }

    @Test
    void aTargetThatIsLostIsNoCleanEnd(@TempDir Path other) throws Exception {
        try (World own = new World(other, "keys", "");
                ClientSession session = own.logIn("alice+web1", World.ALICE)) {
            ChannelExec channel = session.createExecChannel("wait");
            channel.open().verify(LONG);
            assertThat(channel.getInvertedOut().read()).isEqualTo('.');

            own.target().kill();

            await().atMost(LONG).until(() -> !session.isOpen());
            assertThat(channel.getExitStatus()).isNull();
            await().atMost(LONG).until(() -> own.route().endings().size() == 1);
            assertThat(own.route().endings().getFirst().detail()).contains("target web1 is lost");
        }
    }

    @Test
    void aTargetThatCannotBeReachedIsSaidSoAndTheSessionGoesOn() throws IOException {
        try (ClientSession session = world.logIn("alice+gone", World.ALICE)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> session.createExecChannel("exit 0").open().verify(LONG)).hasMessageContaining("gone");
            }
            assertThat(session.isOpen()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"idle, nothing was said for 600 s", "maxDuration, a session may last 600 s"})
    void aSessionInWhichNothingIsSaidOrThatLastsTooLongEnds(String limit, String words, @TempDir Path other) throws Exception {
        try (World own = new World(other, "keys", "limits: { " + limit + ": 10m }");
                ClientSession session = own.logIn("alice+web1", World.ALICE)) {
            assertThat(run(session, "exit 0", new byte[0]).status()).isZero();
            await().atMost(LONG).until(() -> own.route().events("ssh.channel").size() == 1);

            own.route().advance(Duration.ofMinutes(11));

            await().atMost(LONG).until(() -> own.route().endings().size() == 1);
            assertThat(own.route().endings().getFirst().detail()).contains(words);
            await().atMost(LONG).until(() -> own.target().sessions() == 0);
        }
    }

    @Test
    void whatAClientLeavesBehindIsOfferedToATargetThatTakesNothingForSeconds(@TempDir Path other) throws Exception {
        try (World own = new World(other, "keys", ""); RawClient client = new RawClient(own.route().port())) {
            client.signs("alice+web1", World.ALICE, World.ALICE, "alice+web1");
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_SUCCESS);
            long channel = client.runs("wait");
            client.sends(channel, FromClient.WINDOW);
            // All of it is in the target's window, and what is sent from now on stays at the gateway.
            client.hearsOfMore(FromClient.WINDOW / 2);
            client.sends(channel, FromClient.WINDOW / 2);
            client.closes(channel);
            client.hearsThatItIsHeard();
            assertThat(own.route().events("ssh.channel")).isEmpty();

            own.route().advance(Duration.ofSeconds(11));

            await().atMost(LONG).until(() -> own.route().events("ssh.channel").size() == 1);
            assertThat(client.isOpen()).isTrue();
        }
    }
}
