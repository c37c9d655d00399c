package io.relaygate.plugins.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.TestGateways;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Map;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** JSch through two gateways to MINA's server. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class PassageGatewaysTest {

    private static SshServer server() throws IOException, GeneralSecurityException {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(KeyPairGenerator.getInstance("EC").generateKeyPair()));
        server.setPasswordAuthenticator((user, password, session) -> password.equals("secret"));
        server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
        server.start();
        return server;
    }

    private static Session client(int port, String strict) throws JSchException {
        Session session = new JSch().getSession("alice", "127.0.0.1", port);
        session.setPassword("secret".getBytes(StandardCharsets.US_ASCII));
        session.setConfig("StrictHostKeyChecking", "no");
        session.setConfig("enable_strict_kex", strict);
        session.setConfig("require_strict_kex", strict);
        return session;
    }

    @Test
    void aSessionWithStrictKeyExchangePassesAndOneWithoutIsRefusedInWords(@TempDir Path folder) throws Exception {
        SshServer server = server();
        try (TestGateways gateways = TestGateways.around(
                PluginJar.of(SshPlugin.class, folder),
                "protocol: ssh\nto: host\nwith: { mode: passthrough, requireStrictKex: true }\nopen: true",
                Map.of("host", "127.0.0.1:" + server.getPort()))) {
            Session session = client(gateways.port(), "yes");
            session.connect(30_000);
            assertThat(session.getServerVersion()).startsWith("SSH-2.0-APACHE-SSHD-");
            ChannelExec command = (ChannelExec) session.openChannel("exec");
            command.setCommand("head -c 500000 /dev/zero");
            InputStream answer = command.getInputStream();
            command.connect(30_000);
            assertThat(answer.readAllBytes()).hasSize(500_000);
            session.disconnect();

            Session weak = client(gateways.port(), "no");
            assertThatExceptionOfType(JSchException.class).isThrownBy(() -> weak.connect(30_000))
                    .withMessageContaining("the client has no strict key exchange (kex-strict-c-v00@openssh.com)");
        } finally {
            server.stop(true);
        }
    }
}
