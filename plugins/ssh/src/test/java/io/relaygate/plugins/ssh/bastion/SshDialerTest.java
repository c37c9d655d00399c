package io.relaygate.plugins.ssh.bastion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.plugins.ssh.client.TargetChannel;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Destinations over bastions, which are servers of Apache MINA here; the tests of the distribution take OpenSSH's. */
@Timeout(120)
class SshDialerTest {

    /** MINA's forwarder forgets at times to end the thread by which it has closed a connection; after a minute that ends itself. */
    @RegisterExtension
    private static final NothingLeftBehind NOTHING = NothingLeftBehind.butThreads("sshd-TcpIpServerChannel-ConnectorCleanup");

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration WINDOWS = Duration.ofMinutes(5);

    private final Threads threads = new Threads(0);
    private final Metrics metrics = new Metrics();
    private final List<AutoCloseable> open = new ArrayList<>();

    private <T extends AutoCloseable> T keep(T each) {
        open.add(each);
        return each;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
        threads.close();
    }

    private DialerHandle dialer(BastionSettings... bastions) {
        return keep(new SshDialer().open(new SshDialerSettings(List.of(bastions)), new DialerHost("db", "ssh", metrics, threads)));
    }

    private static Instant soon() {
        return Instant.now().plus(LONG);
    }

    private static void assertEchoes(Connection connection, int length) throws IOException {
        byte[] said = Target.said(length);
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                connection.out().write(said);
                connection.finish();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(Arrays.equals(connection.in().readAllBytes(), said)).isTrue();
        await().until(() -> !writer.isAlive());
        connection.close();
    }

    @Test
    void carriesBothWaysAndEachEndsByItself() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(bastion.settings());

        for (int length : List.of(0, 1, 100_000, 5_000_000)) {
            assertEchoes(dialer.dial(echo.address(), soon()), length);
        }

        assertThat(bastion.sessions()).as("one session carries all").isOne();
    }

    @Test
    void aStalledReaderStallsNoOtherAndLosesNothing() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        int length = 8 * 1024 * 1024;
        Target talker = keep(Target.talker(length));
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(bastion.settings());
        Connection stalled = dialer.dial(talker.address(), soon());
        await().atMost(LONG).until(() -> stalled.in().available() == TargetChannel.WINDOW);

        for (int i = 0; i < 5; i++) {
            assertEchoes(dialer.dial(echo.address(), soon()), 3_000_000);
        }

        assertThat(stalled.in().available()).as("the window bounds what is kept").isEqualTo(TargetChannel.WINDOW);
        assertThat(Arrays.equals(stalled.in().readAllBytes(), Target.said(length))).isTrue();
        stalled.close();
        assertThat(bastion.sessions()).isOne();
    }

    @Test
    void sessionsAreFilledOneAfterTheOtherAndMoreIsRefused() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(bastion.settings(List.of(bastion.pin()), LONG, 2, 2, WINDOWS));
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(dialer.dial(echo.address(), soon()));
        }

        assertThatThrownBy(() -> dialer.dial(echo.address(), soon()))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.BUSY))
                .hasMessageContaining("its 2 sessions carry 2 connections each");
        assertThat(bastion.sessions()).isEqualTo(2);
        assertThat(metrics.exposition()).contains("relaygate_dialer_ssh_sessions{destination=\"db\"} 2.0")
                .contains("relaygate_dialer_ssh_connections{destination=\"db\"} 4.0")
                .contains("relaygate_dialer_ssh_refused_total{bastion=\"127.0.0.1:" + bastion.port() + "\",destination=\"db\",reason=\"BUSY\"} 1.0");

        all.removeFirst().close();
        assertEchoes(dialer.dial(echo.address(), soon()), 10);
        for (Connection each : all) {
            assertEchoes(each, 10);
        }
    }

    @Test
    void aBastionThatSendsMoreThanItsWindowLosesTheConnectionAlone() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target endless = keep(Target.endless());
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(bastion.settings());
        Connection other = dialer.dial(echo.address(), soon());
        bastion.server().addChannelListener(new ChannelListener() {
            @Override
            public void channelOpenSuccess(Channel channel) {
                channel.getRemoteWindow().expand(100_000_000);
            }
        });

        Connection connection = dialer.dial(endless.address(), soon());

        await().atMost(LONG).until(() -> endless.connections() == 0);
        assertThatThrownBy(() -> connection.in().transferTo(java.io.OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class).hasMessageContaining("more than its window");
        connection.close();
        assertEchoes(other, 100_000);
    }

    @Test
    void aLostSessionIsAFailureAndTheNextDialLogsInAnew() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(bastion.settings());
        Connection connection = dialer.dial(echo.address(), soon());
        connection.out().write(1);
        assertThat(connection.in().read()).isOne();

        bastion.kill();

        assertThatThrownBy(() -> connection.in().read()).isInstanceOf(IOException.class).isNotInstanceOf(EOFException.class)
                .hasMessageContaining("lost");
        assertThatThrownBy(() -> connection.out().write(new byte[100_000])).isInstanceOf(IOException.class);
        connection.close();
        assertThatThrownBy(() -> dialer.dial(echo.address(), soon())).isInstanceOf(RefusedException.class)
                .hasMessageContaining("through bastion 127.0.0.1:" + bastion.port()).hasMessageContaining("refused the connection");

        bastion.restart();
        assertEchoes(dialer.dial(echo.address(), soon()), 1000);
    }

    @Test
    void aKeyThatIsNotPinnedIsRefusedByItsFingerprintBeforeAnyLogin() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        TestBastion other = keep(new TestBastion());
        BastionSettings wrong = bastion.settings(List.of(other.pin()), LONG, 1, 1, WINDOWS);

        assertThatThrownBy(() -> dialer(wrong).dial(new HostPort("127.0.0.1", 1), soon())).isInstanceOf(RefusedException.class)
                .hasMessage("through bastion 127.0.0.1:" + bastion.port() + ": it shows a key that is none of `hostKeys`: "
                        + bastion.fingerprint());
        assertThat(bastion.keysSeen()).as("keys that the bastion was shown").isZero();
    }

    @Test
    void aFingerprintPinsAKeyToo() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target echo = keep(Target.echo());

        assertEchoes(dialer(bastion.settings(List.of(bastion.fingerprint()), LONG, 1, 1, WINDOWS)).dial(echo.address(), soon()), 10);
    }

    @Test
    void aLoginThatIsNotTakenIsSaidSo() {
        TestBastion bastion = keep(new TestBastion());
        BastionSettings right = bastion.settings();
        BastionSettings wrong = new BastionSettings(right.address(), "somebody", right.key(), null, null, null, null, right.hostKeys(), List.of(), List.of(),
                Algorithms.MODERN, LONG, 1, 1, WINDOWS);

        assertThatThrownBy(() -> dialer(wrong).dial(new HostPort("127.0.0.1", 1), soon())).isInstanceOf(RefusedException.class)
                .hasMessageContaining("it does not take the login of 'somebody'; it takes ").hasMessageContaining("publickey");
        assertThat(metrics.exposition())
                .contains("relaygate_dialer_ssh_logins_failed_total{bastion=\"127.0.0.1:" + bastion.port() + "\",destination=\"db\"} 1.0");
    }

    @Test
    void bastionsInARowAreReachedOneThroughTheOther() throws IOException {
        TestBastion outer = keep(new TestBastion());
        TestBastion inner = keep(new TestBastion());
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(outer.settings(), inner.settings());

        assertEchoes(dialer.dial(echo.address(), soon()), 3_000_000);
        Connection connection = dialer.dial(echo.address(), soon());
        assertThat(List.of(outer.sessions(), inner.sessions())).containsExactly(1, 1);

        outer.kill();
        assertThatThrownBy(() -> connection.in().read()).isInstanceOf(IOException.class).hasMessageContaining("lost");
        connection.close();
    }

    @Test
    void aBastionThatSaysNothingIsGivenUpAtTheDeadline() throws IOException {
        Target silent = keep(new Target(socket -> socket.getInputStream().readAllBytes()));
        BastionSettings settings = TestBastion.settings(silent.address().port(), List.of("SHA256:" + "A".repeat(43)), LONG, 1, 1, WINDOWS);

        assertThatThrownBy(() -> dialer(settings).dial(new HostPort("127.0.0.1", 1), Instant.now().plusMillis(300)))
                .isInstanceOf(RefusedException.class).hasMessageContaining("in time");
        await().atMost(LONG).until(() -> silent.connections() == 0);
    }

    @Test
    void aSessionThatFallsSilentIsLost() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target echo = keep(Target.echo());
        Freezer freezer = keep(new Freezer(bastion.port()));
        DialerHandle dialer = dialer(TestBastion.settings(
                freezer.port(), List.of(bastion.pin()), Duration.ofMillis(500), 1, 10, WINDOWS));
        Connection connection = dialer.dial(echo.address(), soon());
        connection.out().write(1);
        assertThat(connection.in().read()).isOne();

        freezer.freeze();

        assertThatThrownBy(() -> dialer.dial(echo.address(), Instant.now().plusMillis(200)))
                .isInstanceOf(RefusedException.class).hasMessageContaining("in time");
        assertThatThrownBy(() -> connection.in().read()).isInstanceOf(IOException.class).hasMessageContaining("lost");
        connection.close();
    }

    @Test
    void aSessionWithoutConnectionsEndsAfterAWhile() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        Target echo = keep(Target.echo());
        DialerHandle dialer = dialer(bastion.settings(List.of(bastion.pin()), LONG, 1, 1, Duration.ofMillis(200)));

        assertEchoes(dialer.dial(echo.address(), soon()), 10);

        await().atMost(LONG).until(() -> bastion.sessions() == 0);
        assertEchoes(dialer.dial(echo.address(), soon()), 10);
    }

    @Test
    void aDeadlineAndAnAbortEndWhoWaits() throws IOException {
        TestBastion bastion = keep(new TestBastion());
        CountDownLatch over = new CountDownLatch(1);
        keep(over::countDown);
        Target silent = keep(Target.silent(over));
        DialerHandle dialer = dialer(bastion.settings());
        Connection late = dialer.dial(silent.address(), soon());
        Connection aborted = dialer.dial(silent.address(), soon());
        Connection full = dialer.dial(silent.address(), soon());

        late.deadline(Instant.now().plusMillis(100));
        assertThatThrownBy(() -> late.in().read()).isInstanceOf(SocketTimeoutException.class);
        full.deadline(Instant.now().plusMillis(100));
        assertThatThrownBy(() -> full.out().write(new byte[100_000_000])).isInstanceOf(SocketTimeoutException.class);
        Thread.ofVirtual().start(aborted::abort);
        assertThatThrownBy(() -> aborted.in().read()).isInstanceOf(IOException.class).hasMessageContaining("closed");

        assertThat(bastion.sessions()).as("the session goes on").isOne();
    }
}
