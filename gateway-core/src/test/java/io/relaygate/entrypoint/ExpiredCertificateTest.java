package io.relaygate.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.Arrival;
import io.relaygate.access.WhenExpired;
import io.relaygate.net.Address;
import io.relaygate.net.Alpn;
import io.relaygate.net.PemFiles;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.Threads;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.tunnel.Mode;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Until when a port lets somebody be there whose certificate it has seen. */
@Timeout(60)
class ExpiredCertificateTest {

    @TempDir
    private Path folder;

    private static EntryPointSettings settings(Path server, Path authority, WhenExpired whenExpired) {
        return new EntryPointSettings(
                new Address.Tcp(new HostPort("127.0.0.1", 0)), List.of(), null, null, 1, Mode.TUNNEL, Wire.RELAYGATE,
                Duration.ofSeconds(30), Duration.ofSeconds(3), 10, 256, null, null, null,
                new TlsSettings(List.of(new ServerCertificates.Certificate(server, server)), new TlsSettings.Clients(authority, null, List.of(), whenExpired)));
    }

    @Test
    void itIsGoodUntilItExpiresUnlessSessionsAreKept() throws Exception {
        TestAuthority authority = new TestAuthority(folder);
        Path server = authority.issue("server", "CN=server");
        Path alice = authority.issue("alice", "CN=Alice");
        Instant end = PemFiles.read(alice, alice).chain().getFirst().getNotAfter().toInstant();
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
        CompletableFuture<Arrival> arrived = new CompletableFuture<>();
        CountDownLatch done = new CountDownLatch(1);
        Threads threads = new Threads(1);
        int sockets = SocketLink.open();
        PortEntryPoint port = PortEntryPoint.open("in", settings(server, authority.caFile(), WhenExpired.END), Alpn.NONE, threads, now::get, arrival -> {
            arrived.complete(arrival);
            try {
                done.await();
                arrival.client().refuse(new RefusedException(Reason.NOT_ALLOWED, "the test is over"));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        port.start();
        HostPort address = HostPort.parse(port.addresses().getFirst());
        try (SSLSocket client = (SSLSocket) authority.client("alice").getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), address.port())) {
            client.startHandshake();
            Arrival arrival = arrived.get(30, TimeUnit.SECONDS);
            assertThat(arrival.caller().name()).isEqualTo("Alice");
            assertThat(arrival.client().admitted()).isEqualTo(end);
            now.set(end);
            assertThatThrownBy(() -> arrival.client().admitted())
                    .isInstanceOf(RefusedException.class).hasMessage("the certificate of caller 'Alice' has expired");
            port.prepare("in", settings(server, authority.caFile(), WhenExpired.KEEP), Alpn.NONE).run();
            assertThat(arrival.client().admitted()).isEqualTo(Instant.MAX);
        } finally {
            done.countDown();
            port.close();
            threads.close();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> SocketLink.open() == sockets);
    }
}
