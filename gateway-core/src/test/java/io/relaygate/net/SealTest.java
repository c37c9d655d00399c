package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.Seal.Sealed;
import io.relaygate.net.SealException.Why;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gateways that know each other's keys, over whatever carries their bytes. */
@Timeout(60)
class SealTest {

    @TempDir
    static Path folder;

    private static GatewayKey edge;
    private static GatewayKey site;
    private static GatewayKey stranger;

    @BeforeAll
    static void make() throws IOException {
        edge = GatewayKey.make(folder.resolve("edge.pem"));
        site = GatewayKey.make(folder.resolve("site.pem"));
        stranger = GatewayKey.make(folder.resolve("stranger.pem"));
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(20);
    }

    private static Seal seal(GatewayKey own, GatewayKey... peers) {
        Set<Pin> pins = new HashSet<>();
        for (GatewayKey peer : peers) {
            pins.add(peer.pin());
        }
        return new Seal(() -> own, () -> pins);
    }

    private static CompletableFuture<Sealed> server(Seal seal, Link under) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return seal.server(under, soon());
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }, LinkPair.THREADS);
    }

    private static String word(Link link) throws IOException {
        return new String(link.in().readNBytes(4), StandardCharsets.US_ASCII);
    }

    @Test
    void provesBothKeysAndGivesBothEndsOneSecret() throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(seal(site, edge, stranger), pair.b());
        Sealed dialled = seal(edge, site).client(pair.a(), soon());
        Sealed served = accepted.join();
        assertThat(dialled.peer()).isEqualTo(site.pin());
        assertThat(served.peer()).isEqualTo(edge.pin());
        assertThat(dialled.secret().getEncoded()).hasSize(32).isEqualTo(served.secret().getEncoded());
        assertThat(dialled.link().session().getProtocol()).isEqualTo("TLSv1.3");

        dialled.link().out().write("ping".getBytes(StandardCharsets.US_ASCII));
        assertThat(word(served.link())).isEqualTo("ping");
        served.link().out().write("pong".getBytes(StandardCharsets.US_ASCII));
        assertThat(word(dialled.link())).isEqualTo("pong");
        dialled.link().close();
        served.link().close();
    }

    @Test
    void givesEveryConnectionAnotherSecretAndProvesTheKeysAnew() throws Exception {
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            PipeLink.Pair pair = PipeLink.pair();
            CompletableFuture<Sealed> accepted = server(seal(site, edge), pair.b());
            Sealed dialled = seal(edge, site).client(pair.a(), soon());
            secrets.add(HexFormat.of().formatHex(dialled.secret().getEncoded()));
            accepted.join().link().close();
            dialled.link().close();
        }
        assertThat(secrets).hasSize(3);
    }

    /** Trusts the site, whoever that is, and has no key. */
    private static SSLContext trusting() throws Exception {
        X509ExtendedTrustManager trust = new X509ExtendedTrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trust}, null);
        return context;
    }

    private static @Nullable Why why(CompletableFuture<Sealed> accepted) {
        Throwable failure = accepted.handle((_, e) -> e).join();
        return failure.getCause() instanceof SealException sealed ? sealed.why() : null;
    }

    @Test
    void anEdgeRefusesASiteWhoseKeyItDoesNotKnow() {
        PipeLink.Pair pair = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(seal(stranger, edge), pair.b());
        assertThatThrownBy(() -> seal(edge, site).client(pair.a(), soon()))
                .isInstanceOfSatisfying(SealException.class, e -> assertThat(e.why()).isEqualTo(Why.NOT_PINNED))
                .hasMessageContaining("not pinned here: " + stranger.pin());
        assertThat(why(accepted)).isEqualTo(Why.NOT_TAKEN);
    }

    @Test
    void aSiteRefusesAnEdgeWhoseKeyItDoesNotKnowBeforeItReadsAByte() throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(seal(site, edge), pair.b());
        Sealed dialled = seal(stranger, site).client(pair.a(), soon());
        assertThatThrownBy(accepted::join).hasMessageContaining("not pinned here: " + stranger.pin());
        assertThat(why(accepted)).isEqualTo(Why.NOT_PINNED);
        assertThatThrownBy(() -> word(dialled.link()))
                .isInstanceOfSatisfying(SSLException.class, e -> assertThat(SealException.of(e).why()).isEqualTo(Why.NOT_TAKEN));
        dialled.link().close();
    }

    @Test
    void aSiteRefusesWhoHasNoKeyAtAll() throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(seal(site, edge), pair.b());
        SSLEngine engine = trusting().createSSLEngine();
        engine.setUseClientMode(true);
        Link nobody = TlsLink.over(pair.a(), engine, soon());
        assertThatThrownBy(accepted::join).hasMessageContaining("certificate");
        assertThat(why(accepted)).isEqualTo(Why.NO_KEY);
        assertThatThrownBy(() -> word(nobody)).isInstanceOf(IOException.class);
        nobody.close();
    }

    @Test
    void speaksNoOlderTls() throws Exception {
        PipeLink.Pair pair = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(seal(site, edge), pair.b());
        SSLEngine engine = trusting().createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThatThrownBy(() -> TlsLink.over(pair.a(), engine, soon())).isInstanceOf(IOException.class);
        assertThat(accepted).failsWithin(Duration.ofSeconds(20));
    }

    @Test
    void asksForThePinsAtEveryConnection() throws Exception {
        AtomicReference<Set<Pin>> pins = new AtomicReference<>(Set.of(edge.pin()));
        Seal at = new Seal(() -> site, () -> Objects.requireNonNull(pins.get()));
        PipeLink.Pair first = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(at, first.b());
        Sealed dialled = seal(edge, site).client(first.a(), soon());
        accepted.join().link().close();
        dialled.link().close();

        pins.set(Set.of(stranger.pin()));
        PipeLink.Pair second = PipeLink.pair();
        CompletableFuture<Sealed> refused = server(at, second.b());
        Sealed late = seal(edge, site).client(second.a(), soon());
        assertThatThrownBy(refused::join).hasMessageContaining("not pinned here: " + edge.pin());
        late.link().close();
    }

    /** What a relay may do with the bytes that it carries. */
    @ParameterizedTest
    @ValueSource(strings = {"change", "insert", "repeat"})
    void whoChangesBytesOnTheWayIsFoundOut(String meddling) throws Exception {
        PipeLink.Pair atEdge = PipeLink.pair();
        PipeLink.Pair atSite = PipeLink.pair();
        CompletableFuture<Sealed> accepted = server(seal(site, edge), atSite.b());
        CompletableFuture<Void> back = CompletableFuture.runAsync(() -> carry(atSite.a(), atEdge.b()), LinkPair.THREADS);
        CompletableFuture<Void> there = CompletableFuture.runAsync(() -> meddle(atEdge.b(), atSite.a(), meddling), LinkPair.THREADS);
        Sealed dialled = seal(edge, site).client(atEdge.a(), soon());
        Sealed served = accepted.join();
        dialled.link().out().write("good".getBytes(StandardCharsets.US_ASCII));
        assertThat(word(served.link())).isEqualTo("good");
        dialled.link().out().write(MARK);
        assertThatThrownBy(() -> served.link().in().readNBytes(MARK.length + 1)).isInstanceOf(IOException.class);
        served.link().close();
        dialled.link().close();
        there.join();
        back.join();
    }

    private static final byte[] MARK = new byte[3000];

    private static void carry(Link from, Link to) {
        byte[] buffer = new byte[1 << 16];
        try {
            for (int n = from.in().read(buffer); n >= 0; n = from.in().read(buffer)) {
                to.out().write(buffer, 0, n);
            }
            to.close();
        } catch (IOException e) {
            to.abort();
        }
    }

    /** Carries all but what is as long as the record of the mark. */
    private static void meddle(Link from, Link to, String how) {
        byte[] buffer = new byte[1 << 16];
        try {
            for (int n = from.in().read(buffer); n >= 0; n = from.in().read(buffer)) {
                if (n > MARK.length) {
                    switch (how) {
                        case "change" -> buffer[n / 2] ^= 1;
                        case "insert" -> to.out().write(new byte[] {23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});
                        default -> to.out().write(buffer, 0, n);
                    }
                }
                to.out().write(buffer, 0, n);
            }
            to.close();
        } catch (IOException e) {
            to.abort();
        }
    }

    @Test
    void aKeyIsKeptWhereOnlyItsOwnerCanReadIt() throws Exception {
        Path file = folder.resolve("kept/identity.pem");
        GatewayKey made = GatewayKey.make(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(GatewayKey.read(file).pin()).isEqualTo(made.pin());
        assertThat(Pin.parse(made.pin().text())).isEqualTo(made.pin());
        assertThat(made.toString()).isEqualTo(made.pin().text());
    }

    @Test
    void aKeyOfAnotherKindOrOneThatIsNotItsCertificatesIsNone() throws Exception {
        Path mixed = folder.resolve("mixed.pem");
        String key = Files.readString(folder.resolve("edge.pem"));
        String certificate = Files.readString(folder.resolve("site.pem"));
        Files.writeString(mixed, key.substring(0, key.indexOf("-----BEGIN CERT")) + certificate.substring(certificate.indexOf("-----BEGIN CERT")));
        assertThatThrownBy(() -> GatewayKey.read(mixed)).hasMessage(mixed + ": not the private key of the first certificate in " + mixed);

        Path other = new TestAuthority(folder).issue("rsa", "CN=rsa", "-keyalg", "RSA");
        assertThatThrownBy(() -> GatewayKey.read(other)).hasMessage(other + ": no key of a gateway in it; `relaygate identity` makes one");
    }
}
