package io.relaygate.plugins.ssh.bastion;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Why a target is not reached. On their own: after these MINA keeps a thread for a minute. */
@Timeout(60)
class RefusedTargetsTest {

    private static void assertRefused(boolean forwards, HostPort target, String why) throws IOException {
        try (Threads threads = new Threads(0);
                TestBastion bastion = new TestBastion(forwards);
                DialerHandle dialer =
                        new SshDialer().open(new SshDialerSettings(List.of(bastion.settings())), new DialerHost("db", "ssh", new Metrics(), threads))) {
            assertThatThrownBy(() -> dialer.dial(target, Instant.now().plusSeconds(30)))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("through bastion 127.0.0.1:" + bastion.port() + ": " + why);
        }
    }

    @Test
    void nobodyListensThere() throws IOException {
        HostPort nobody;
        try (ServerSocket closed = TestBastion.listen()) {
            nobody = new HostPort("127.0.0.1", closed.getLocalPort());
        }
        assertRefused(true, nobody, "it cannot connect to " + nobody);
    }

    @Test
    void theBastionDoesNotPermitIt() throws IOException {
        assertRefused(false, new HostPort("db", 5432), "it does not permit connections to db:5432");
    }
}
