package io.relaygate.plugins.ssh.bastion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.keyboard.DefaultKeyboardInteractiveAuthenticator;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How the gateway logs in at bastions that want more, or other things, than a key. */
@Timeout(120)
class LoginTest {

    /** MINA's forwarder forgets at times to end the thread by which it has closed a connection; after a minute that ends itself. */
    @RegisterExtension
    private static final NothingLeftBehind NOTHING = NothingLeftBehind.butThreads("sshd-TcpIpServerChannel-ConnectorCleanup");

    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestBastion bastion = new TestBastion();

    private static BastionSettings settings(
            TestBastion bastion, String pin, @Nullable Secret key, @Nullable Path agent, @Nullable String password, Algorithms algorithms) {
        return new BastionSettings(bastion.settings().address(), "relay", key, null, null, agent,
                password == null ? null : TestBastion.secret(password), List.of(pin), List.of(), List.of(), algorithms, LONG, 1, 1, LONG);
    }

    private static void assertReached(BastionSettings settings) throws IOException {
        try (Threads threads = new Threads(0);
                Target echo = Target.echo();
                DialerHandle dialer = new SshDialer().open(new SshDialerSettings(List.of(settings)), new DialerHost("db", "ssh", new Metrics(), threads));
                Connection connection = dialer.dial(echo.address(), Instant.now().plus(LONG))) {
            connection.out().write(42);
            assertThat(connection.in().read()).isEqualTo(42);
        }
    }

    private static void assertRefused(BastionSettings settings, Duration patience, String why) throws IOException {
        try (Threads threads = new Threads(0);
                Target echo = Target.echo();
                DialerHandle dialer = new SshDialer().open(new SshDialerSettings(List.of(settings)), new DialerHost("db", "ssh", new Metrics(), threads))) {
            assertThatThrownBy(() -> dialer.dial(echo.address(), Instant.now().plus(patience)))
                    .isInstanceOf(RefusedException.class).hasMessageContaining(why);
            assertThat(echo.connections()).isZero();
        }
    }

    @Test
    void aPasswordIsTakenOrNotAsItIsAndAsAnAnswerToAQuestion() throws IOException {
        try (bastion) {
            SshServer server = bastion.server();
            server.setPasswordAuthenticator((user, password, session) -> user.equals("relay") && password.equals("s\u00e9same"));
            server.setKeyboardInteractiveAuthenticator(DefaultKeyboardInteractiveAuthenticator.INSTANCE);
            for (var way : List.of(UserAuthPasswordFactory.INSTANCE, UserAuthKeyboardInteractiveFactory.INSTANCE)) {
                server.setUserAuthFactories(List.of(way));

                assertReached(settings(bastion, bastion.pin(), null, null, "s\u00e9same", Algorithms.MODERN));
                assertRefused(settings(bastion, bastion.pin(), null, null, "wrong", Algorithms.MODERN), LONG,
                        "it does not take the login of 'relay'; it takes ");
            }
        }
    }

    @Test
    @SuppressWarnings("deprecation") // That it is outdated is the point.
    void whatIsOutdatedIsAgreedOnOnlyWhereTheSettingsSaySo() throws IOException {
        try (bastion) {
            SshServer server = bastion.server();
            server.setKeyPairProvider(KeyPairProvider.wrap(TestBastion.USER));
            server.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(false, List.of(BuiltinDHFactories.dhg14), ServerBuilder.DH2KEX));
            server.setSignatureFactories(List.of(BuiltinSignatures.rsa));
            server.setCipherFactories(List.of(BuiltinCiphers.aes128cbc));
            server.setMacFactories(List.of(BuiltinMacs.hmacsha1));
            String pin = PublicKeyEntry.toString(TestBastion.USER.getPublic());
            Secret key = TestBastion.secret(TestBastion.pem(TestBastion.USER));

            assertRefused(settings(bastion, pin, key, null, null, Algorithms.MODERN), LONG, "there is nothing that both it and `algorithms` know");
            assertReached(settings(bastion, pin, key, null, null, Algorithms.LEGACY));
        }
    }

    @Test
    void anAgentThatSaysNothingIsGivenUpAtTheDeadline(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("agent");
        try (bastion; TestAgent agent = new TestAgent(socket)) {
            assertRefused(settings(bastion, bastion.pin(), null, socket, null, Algorithms.MODERN), Duration.ofMillis(500),
                    "the agent at " + socket + " cannot be asked: it has not answered in time");
            assertThat(agent.unanswered()).isOne();
            await().atMost(LONG).until(() -> agent.connections() == 0);
        }
    }

    @Test
    void anAgentThatNeverSignsIsGivenUpAtTheDeadline(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("agent");
        try (bastion; TestAgent agent = new TestAgent(socket, TestBastion.USER.getPublic())) {
            assertRefused(settings(bastion, bastion.pin(), null, socket, null, Algorithms.MODERN), Duration.ofSeconds(5),
                    "the agent at " + socket + " cannot be asked: it has not answered in time");
            assertThat(agent.unanswered()).isOne();
            await().atMost(LONG).until(() -> agent.connections() == 0);
        }
    }
}
