package io.relaygate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.DialerHost;
import io.relaygate.doctor.Finding.Level;
import io.relaygate.net.Address;
import io.relaygate.net.DialAddress;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A destination that a dialer reaches. */
@Timeout(30)
class DestinationExamTest {

    private final List<DialTarget> dialled = new ArrayList<>();
    private final List<PipeLink> servers = new ArrayList<>();
    private int closed;

    private final class Bastion implements DialerHandle {

        @Override
        public synchronized Connection dial(DialTarget target, Instant deadline) throws IOException {
            dialled.add(target);
            if (target.toString().startsWith("closed")) {
                throw new RefusedException(Reason.UNREACHABLE, "through bastion 127.0.0.1:22: it may not forward there");
            }
            PipeLink.Pair pair = PipeLink.pair();
            servers.add(pair.b());
            return pair.a();
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private List<Finding> look(DialAddress... addresses) {
        try (Threads threads = new Threads(0)) {
            DestinationSettings settings = new DestinationSettings(
                    List.of(addresses), DestinationSettings.Policy.FAILOVER, Duration.ofSeconds(5), DestinationSettings.ProxyProtocol.NONE, List.of(), null, null,
                    null, null, new DestinationSettings.Via("ssh", null));
            return new DestinationExam(
                    "sql", settings, () -> new DialerHost("sql", "ssh", new Metrics(), threads).open(_ -> new Bastion()), threads).look();
        }
    }

    private static DialAddress at(String host) {
        return new Address.Tcp(new HostPort(host, 1433));
    }

    @Test
    void isDialledAsSessionsDialItAndLeftWithoutAWord() throws IOException {
        assertThat(look(at("sql"), new Address.Unix(Path.of("/run/sql.sock")))).containsExactly(
                Finding.ok("destinations.sql, sql:1433", "connected through the dialer ssh"),
                Finding.ok("destinations.sql, unix:/run/sql.sock", "connected through the dialer ssh"));
        assertThat(dialled).containsExactlyInAnyOrder(new HostPort("sql", 1433), new DialTarget.UnixSocket("/run/sql.sock"));
        for (PipeLink server : servers) {
            assertThat(server.in().read()).isEqualTo(-1);
        }
        assertThat(closed).as("the dialer, once").isEqualTo(1);
    }

    @Test
    void saysWhatTheWayThereSays() {
        assertThat(look(at("closed"))).singleElement().returns(Level.FAIL, Finding::level)
                .asString().contains("through the dialer ssh: through bastion 127.0.0.1:22: it may not forward there; what to do: compare `via:`");
        assertThat(look(at("closed"), at("sql"))).extracting(Finding::level).containsExactly(Level.WARN, Level.OK);
        assertThat(closed).isEqualTo(2);
    }
}
