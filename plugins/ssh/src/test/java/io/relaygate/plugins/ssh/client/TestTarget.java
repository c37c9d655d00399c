package io.relaygate.plugins.ssh.client;

import io.relaygate.plugins.ssh.bastion.TestBastion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.helpers.AbstractConnectionService;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.subsystem.SubsystemFactory;

/** An SSH server of the test's own, Apache MINA's, that runs {@link TestProgram}s. */
final class TestTarget implements AutoCloseable {

    private final KeyPair host = TestBastion.pair("EC", 256);
    private final SshServer server = SshServer.setUpDefaultServer();

    TestTarget() {
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setPublickeyAuthenticator((user, key, session) ->
                user.equals("app") && KeyUtils.compareKeys(key, TestBastion.USER.getPublic()));
        server.setCommandFactory((channel, command) -> new TestProgram(command));
        server.setShellFactory(channel -> new TestProgram("shell"));
        server.setSubsystemFactories(List.of(new Subsystem()));
        server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Subsystem implements SubsystemFactory {
        @Override
        public String getName() {
            return "sftp";
        }

        @Override
        public Command createSubsystem(ChannelSession channel) {
            return new TestProgram("sftp");
        }
    }

    SshServer server() {
        return server;
    }

    int port() {
        return server.getPort();
    }

    int sessions() {
        return server.getActiveSessions().size();
    }

    /** How many channels are open. */
    int channels() {
        return server.getActiveSessions().stream()
                .map(session -> session.getService(AbstractConnectionService.class))
                .mapToInt(service -> service.getChannels().size())
                .sum();
    }

    LoginSettings login() {
        return new LoginSettings("target web1", "web1", "app", TestBastion.secret(TestBastion.pem(TestBastion.USER)), null, null, null, null,
                List.of(PublicKeyEntry.toString(host.getPublic())), List.of(), Algorithms.MODERN);
    }

    /** Kills all sessions, and serves no more. */
    void kill() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
