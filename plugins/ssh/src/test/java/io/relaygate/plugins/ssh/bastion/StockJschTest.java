package io.relaygate.plugins.ssh.bastion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Why JSch's own channels are not used. If this fails, JSch has been mended. */
@Timeout(60)
class StockJschTest {

    private static ChannelDirectTCPIP channel(Session session, HostPort target) throws JSchException {
        ChannelDirectTCPIP channel = (ChannelDirectTCPIP) session.openChannel("direct-tcpip");
        channel.setHost(target.host());
        channel.setPort(target.port());
        return channel;
    }

    @Test
    void oneReaderThatStallsStallsTheWholeSession() throws JSchException, IOException {
        try (TestBastion bastion = new TestBastion();
                Target endless = Target.endless();
                Target echo = Target.echo()) {
            JSch jsch = new JSch();
            jsch.addIdentity("relay", TestBastion.pem(TestBastion.USER).getBytes(StandardCharsets.US_ASCII), null, null);
            Session session = jsch.getSession("relay", "127.0.0.1", bastion.port());
            session.setConfig("StrictHostKeyChecking", "no");
            session.connect(20_000);
            try {
                ChannelDirectTCPIP stalled = channel(session, endless.address());
                InputStream unread = stalled.getInputStream();
                stalled.connect(20_000);
                await().atMost(Duration.ofSeconds(20)).until(() -> unread.available() == 32 * 1024);

                ChannelDirectTCPIP other = channel(session, echo.address());
                other.getInputStream();

                assertThatThrownBy(() -> other.connect(1_000)).isInstanceOf(JSchException.class).hasMessageContaining("not opened");
                assertThat(echo.connections()).as("the bastion has connected").isOne();
            } finally {
                session.disconnect();
            }
        }
    }
}
