package io.relaygate.plugins.ssh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What is left when sessions and their route are over. */
@Timeout(120)
class NothingStaysTest {

    /** MINA's forwarder forgets at times to end the thread by which it has closed a connection; after a minute that ends itself. */
    @RegisterExtension
    private static final NothingLeftBehind NOTHING = NothingLeftBehind.butThreads("sshd-TcpIpServerChannel-ConnectorCleanup");

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void noThreadAndNoSocketStays(@TempDir Path folder) throws Exception {
        try (World world = new World(folder, "keys", "")) {
            for (int i = 0; i < 3; i++) {
                ClientSession session = world.logIn("alice+web1", World.ALICE);
                ChannelExec channel = session.createExecChannel("wait");
                channel.open().verify(LONG);
                assertThat(channel.getInvertedOut().read()).isEqualTo('.');
                session.close(true).await(LONG);
            }
            await().atMost(LONG).until(() -> world.route().sessions() == 0);
            await().atMost(LONG).until(() -> world.target().sessions() == 0);
        }
    }
}
