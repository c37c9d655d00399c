package io.relaygate.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.OwnPorts;
import io.relaygate.access.SharedUse;
import io.relaygate.net.Address;
import io.relaygate.net.Alpn;
import io.relaygate.net.ClientTrust;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.Names;
import io.relaygate.net.PemFiles;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.Threads;
import io.relaygate.net.TlsLink;
import io.relaygate.net.TlsServer;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Fingerprint;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A destination with TLS is connected to if it is the one whose host is named. */
@Timeout(60)
class DestinationTlsTest {

    @TempDir
    private Path folder;

    private final Threads threads = new Threads(0);
    private final AtomicInteger handshakes = new AtomicInteger();
    private final List<String> clients = new CopyOnWriteArrayList<>();
    private TestAuthority authority;
    private Path certificate;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException, GeneralSecurityException {
        authority = new TestAuthority(folder);
        certificate = authority.issue("db", "CN=db", "-ext", "san=ip:127.0.0.1");
        server = serve(Alpn.NONE);
    }

    private ServerSocketChannel serve(Alpn alpn) throws IOException, GeneralSecurityException {
        return serve(TlsServer.of(List.of(PemFiles.read(certificate, certificate)), null, alpn));
    }

    private ServerSocketChannel serve(TlsServer tls) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        threads.start("server", () -> {
            try {
                while (true) {
                    SocketLink next = SocketLink.of(listening.accept());
                    threads.start("echo", () -> echo(tls, next));
                }
            } catch (IOException e) {
                // Closed.
            }
        });
        return listening;
    }

    private void echo(TlsServer tls, SocketLink next) {
        TlsServer.Accepted accepted;
        try {
            accepted = tls.accept(next, Instant.now().plusSeconds(20));
        } catch (IOException e) {
            return;
        }
        X509Certificate client = accepted.client();
        if (client != null) {
            clients.add(client.getSubjectX500Principal().getName());
        }
        try (TlsLink link = accepted.link()) {
            handshakes.incrementAndGet();
            for (int word = link.in().read(); word >= 0; word = link.in().read()) {
                link.out().write(word);
            }
        } catch (IOException e) {
            // The client does not like us.
        }
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        await().until(() -> threads.alive() == 0);
        threads.close();
    }

    private AddressDestination destination(String host, Trust trust) throws IOException {
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        DestinationSettings settings = new DestinationSettings(
                List.of(new Address.Tcp(new HostPort(host, port))), DestinationSettings.Policy.FAILOVER, Duration.ofSeconds(5),
                DestinationSettings.ProxyProtocol.NONE, List.of(), null, null, trust, null, null);
        return new AddressDestination(
                "db", settings, InstantSource.system(), new Random(1), Names.shared(), new OwnPorts(Map::of), new SharedUse(),
                new Pool("db", PoolSettings.USUAL, InstantSource.system(), Deadlines.shared(), threads, new Metrics()), null, SqlBrowser.USUAL);
    }

    private static DialContext context(String... offered) {
        return new DialContext("0".repeat(32), "in", "127.0.0.1:1", Caller.ANONYMOUS, null, List.of(offered), Instant.now().plusSeconds(10));
    }

    @Test
    void goesThroughTheHandshakeOnceForAConnectionThatIsGivenBack() throws IOException {
        AddressDestination destination = destination("127.0.0.1", new Trust(authority.caFile(), false, List.of(), null));
        for (int time = 0; time < 3; time++) {
            Dialed borrowed = destination.borrow(context());
            borrowed.link().out().write('x');
            assertThat(borrowed.link().in().read()).isEqualTo('x');
            Objects.requireNonNull(borrowed.loan()).giveBack();
        }
        assertThat(handshakes).hasValue(1);
        destination.end();
    }

    @Test
    void isNotReachedWithACertificateForAnotherHostOrOfAnUnknownAuthority() throws IOException {
        AddressDestination elsewhere = destination("localhost", new Trust(authority.caFile(), false, List.of(), null));
        assertThatThrownBy(() -> elsewhere.dial(context())).isInstanceOf(RefusedException.class)
                .hasMessageContaining("failed: TLS: ").hasMessageContaining("localhost");
        AddressDestination unknown = destination("127.0.0.1", Trust.SYSTEM);
        assertThatThrownBy(() -> unknown.dial(context())).isInstanceOf(RefusedException.class).hasMessageContaining("failed: TLS: ");
        Dialed believed = destination("localhost", new Trust(null, true, List.of(), null)).dial(context());
        believed.link().out().write('x');
        assertThat(believed.link().in().read()).isEqualTo('x');
        believed.link().close();
    }

    @Test
    void isReachedWithThePinnedCertificateWhoeverHasIssuedItAndForWhateverName() throws IOException, GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(PemFiles.read(certificate, certificate).chain().getFirst().getEncoded());
        Fingerprint pin = Fingerprint.parse("sha256:" + HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash));
        Fingerprint other = Fingerprint.parse("sha256:" + "0".repeat(64));
        try (Link link = destination("localhost", new Trust(null, false, List.of(other, pin), null)).dial(context()).link()) {
            link.out().write('x');
            assertThat(link.in().read()).isEqualTo('x');
        }
        AddressDestination wrong = destination("127.0.0.1", new Trust(null, false, List.of(other), null));
        assertThatThrownBy(() -> wrong.dial(context())).isInstanceOf(RefusedException.class)
                .hasMessageContaining("failed: TLS: the server's certificate has the fingerprint " + pin + ", which `pin` does not name");
    }

    @Test
    void seesTheCertificateOfTheGatewayIfItAsksForOneAndTheNextOneOnceItsFilesHaveChanged() throws Exception {
        server.close();
        server = serve(TlsServer.of(List.of(PemFiles.read(certificate, certificate)), ClientTrust.read(authority.caFile(), null), Alpn.NONE));
        Path own = Files.copy(authority.issue("first", "CN=first"), folder.resolve("own.pem"));
        AddressDestination destination = destination(
                "127.0.0.1", new Trust(authority.caFile(), false, List.of(), new ServerCertificates.Certificate(own, own)));
        echoes(destination);
        echoes(destination);
        Files.copy(authority.issue("second", "CN=second", "-keyalg", "RSA", "-keysize", "2048"), own, StandardCopyOption.REPLACE_EXISTING);
        await().untilAsserted(() -> {
            echoes(destination);
            assertThat(clients).last().isEqualTo("CN=second");
        });
        assertThat(clients).startsWith("CN=first", "CN=first");
    }

    @Test
    void saysThatACertificateIsWantedWhereThereIsNoneToBeShown() throws Exception {
        server.close();
        server = serve(TlsServer.of(List.of(PemFiles.read(certificate, certificate)), ClientTrust.read(authority.caFile(), null), Alpn.NONE));
        AddressDestination destination = destination("127.0.0.1", new Trust(authority.caFile(), false, List.of(), null));
        assertThatThrownBy(() -> echoes(destination)).isInstanceOf(IOException.class).hasMessageContaining("certificate_required");
        assertThat(handshakes).hasValue(0);
    }

    private static void echoes(AddressDestination destination) throws IOException {
        try (Link link = destination.dial(context()).link()) {
            link.out().write('x');
            assertThat(link.in().read()).isEqualTo('x');
        }
    }

    @Test
    void isOfferedApplicationProtocolsAndSaysWhichItHasChosen() throws IOException, GeneralSecurityException {
        server.close();
        server = serve(new Alpn(List.of("h2", "http/1.1"), false));
        AddressDestination destination = destination("127.0.0.1", new Trust(authority.caFile(), false, List.of(), null));
        try (Link link = destination.dial(context("h2")).link()) {
            assertThat(link.applicationProtocol()).isEqualTo("h2");
        }
        try (Link link = destination.dial(context("h3", "http/1.1")).link()) {
            assertThat(link.applicationProtocol()).isEqualTo("http/1.1");
        }
        try (Link link = destination.dial(context()).link()) {
            assertThat(link.applicationProtocol()).isNull();
        }
    }

    @Test
    void isNotReachedIfItChoosesNoneOfTheApplicationProtocolsThatItIsOffered() throws IOException {
        AddressDestination destination = destination("127.0.0.1", new Trust(authority.caFile(), false, List.of(), null));
        assertThatThrownBy(() -> destination.dial(context("h2"))).isInstanceOf(RefusedException.class)
                .hasMessageContaining("failed: TLS: it does not choose h2, the application protocol that it was offered (ALPN)");
    }
}
