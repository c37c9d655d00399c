package io.relaygate.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Alpn;
import io.relaygate.net.Buffers;
import io.relaygate.net.CertificateNames;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.TlsLink;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.ServerCertificates.Certificate;
import io.relaygate.sdk.ServerCertificates.Clients;
import io.relaygate.sdk.TlsConnection;
import io.relaygate.sdk.TlsHello;
import io.relaygate.sdk.Trust;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS that a protocol begins in the middle of a stream. */
@Timeout(60)
class RouteTlsTest {

    @TempDir
    static Path folder;

    private static TestAuthority authority;
    private static Path first;
    private static Path sql;
    private RouteTls tls = new RouteTls("sql", new Alpn(List.of("tds/8.0"), true));
    private final List<PipeLink> ends = new CopyOnWriteArrayList<>();
    private PipeLink.Pair pipe = pair();

    @BeforeAll
    static void issue() throws IOException {
        authority = new TestAuthority(folder);
        first = authority.issue("first", "CN=first", "-ext", "san=dns:first.example");
        sql = authority.issue("sql", "CN=sql", "-ext", "san=dns:sql.example");
        authority.issue("alice", "CN=Alice", "-ext", "san=email:alice@contoso.com");
    }

    private PipeLink.Pair pair() {
        PipeLink.Pair made = PipeLink.pair();
        ends.add(made.a());
        ends.add(made.b());
        return made;
    }

    /** As a session ends that has left its TLS open: nothing of it stays. */
    @AfterEach
    void leavesNothing() {
        ends.forEach(PipeLink::abort);
        await().untilAsserted(() -> assertThat(Buffers.outstanding()).isZero());
    }

    private static ServerCertificates certificates(Clients clients, Path... files) {
        return new ServerCertificates(List.of(files).stream().map(each -> new Certificate(each, each)).toList(), clients);
    }

    private static <T> CompletableFuture<T> async(Doing<T> doing) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(doing.run());
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Whatever comes of it. */
    private static void aside(Doing<?> doing) {
        CompletableFuture<?> _ = async(doing);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private interface Doing<T> {
        T run() throws IOException;
    }

    private TlsLink client(SSLContext context, String name) throws IOException {
        return TlsLink.client(pipe.a(), context, name, 443, Instant.now().plusSeconds(20));
    }

    /** What a server with these certificates has accepted, and what it has shown. */
    private record Met(TlsConnection accepted, String shown) {}

    private Met meet(ServerCertificates certificates, @Nullable String alias, String name) throws IOException {
        pipe = pair();
        CompletableFuture<TlsLink> accepted = async(() -> tls.accept(pipe.b(), certificates));
        TlsLink client = client(authority.client(alias), name);
        return new Met(accepted.join(), shown(client));
    }

    private static String shown(TlsLink client) throws SSLPeerUnverifiedException {
        X509Certificate leaf = (X509Certificate) client.session().getPeerCertificates()[0];
        return CertificateNames.of(leaf).getFirst();
    }

    @Test
    void beginsAfterWordsInClearAndShowsTheCertificateForTheNameThatIsAskedFor() throws Exception {
        CompletableFuture<TlsConnection> accepted = async(() -> {
            assertThat(text(pipe.b().in().readNBytes(8))).isEqualTo("STARTTLS");
            return tls.accept(pipe.b(), certificates(Clients.NONE, first, sql));
        });
        pipe.a().out().write(bytes("STARTTLS"));
        SSLEngine engine = authority.client(null).createSSLEngine("sql.example", 443);
        engine.setUseClientMode(true);
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"other", "tds/8.0"});
        engine.setSSLParameters(parameters);
        TlsLink client = TlsLink.over(pipe.a(), engine, Instant.now().plusSeconds(20));
        TlsConnection server = accepted.join();

        assertThat(shown(client)).isEqualTo("sql.example");
        assertThat(server.serverName()).isEqualTo("sql.example");
        assertThat(server.applicationProtocol()).isEqualTo("tds/8.0");
        assertThat(server.version()).isEqualTo("TLSv1.3");
        assertThat(server.clientCertificate()).isNull();
        server.out().write(bytes("hello"));
        server.close();
        assertThat(text(client.in().readAllBytes())).isEqualTo("hello");
    }

    @Test
    void givesTheCertificateThatAClientHasProvedWhoeverSignedIt() throws Exception {
        assertThat(meet(certificates(Clients.WANTED, first), null, "first.example").accepted().clientCertificate()).isNull();
        assertThat(meet(certificates(Clients.NONE, first), "alice", "first.example").accepted().clientCertificate()).isNull();
        for (Clients asked : List.of(Clients.WANTED, Clients.NEEDED)) {
            Credential.ClientCertificate proven = Objects.requireNonNull(
                    meet(certificates(asked, first), "alice", "first.example").accepted().clientCertificate());
            assertThat(CertificateNames.of(proven.chain().getFirst())).containsExactly("alice@contoso.com");
        }
    }

    @Test
    void refusesAClientWithoutTheCertificateThatItNeedsOrThatSpeaksSomethingElse() throws Exception {
        assertRefused(async(() -> {
            aside(() -> client(authority.client(null), "first.example").in().read());
            return tls.accept(pipe.b(), certificates(Clients.NEEDED, first));
        }), Reason.MALFORMED, "TLS: (certificate_required) Empty client certificate chain");
        pipe = pair();
        pipe.a().out().write(bytes("GET / HTTP/1.1\r\n\r\n"));
        assertRefused(async(() -> tls.accept(pipe.b(), certificates(Clients.NONE, first))), Reason.MALFORMED, "TLS: ");
    }

    private static void assertRefused(CompletableFuture<?> attempt, Reason reason, String message) {
        assertThatThrownBy(attempt::join).isInstanceOf(CompletionException.class).cause()
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.reason()).isEqualTo(reason))
                .hasMessageStartingWith(message);
    }

    @Test
    void endsWithTheDeadlineOfTheConnectionBelow() {
        pipe.b().deadline(Instant.now().plusMillis(50));
        assertThatThrownBy(() -> tls.accept(pipe.b(), certificates(Clients.NONE, first)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void readsCertificatesAgainWhenTheyHaveChanged() throws Exception {
        Path file = Files.copy(first, folder.resolve("changing.pem"), StandardCopyOption.REPLACE_EXISTING);
        ServerCertificates certificates = certificates(Clients.NONE, file);
        assertThat(meet(certificates, null, "first.example").shown()).isEqualTo("first.example");
        Files.writeString(file, Files.readString(sql));
        await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(50)).ignoreExceptions()
                .untilAsserted(() -> assertThat(meet(certificates, null, "sql.example").shown()).isEqualTo("sql.example"));
    }

    @Test
    void goesOverAConnectionThatAPluginHasMade() throws Exception {
        CompletableFuture<TlsLink> accepted = async(() -> tls.accept(new Turned(pipe.b()), certificates(Clients.NONE, first)));
        TlsConnection client = tls.connect(new Turned(pipe.a()), new Trust(authority.caFile(), false, List.of(), null), "first.example", "tds/8.0");
        TlsConnection server = accepted.join();

        client.out().write(bytes("there"));
        client.finish();
        assertThat(text(server.in().readAllBytes())).isEqualTo("there");
        server.out().write(bytes("back"));
        server.finish();
        assertThat(text(client.in().readAllBytes())).isEqualTo("back");
        assertThat(client.applicationProtocol()).isEqualTo("tds/8.0");
        assertThat(client.clientCertificate()).isNull();
    }

    @Test
    void verifiesServersUnlessItIsToldNotTo() throws Exception {
        Trust ours = new Trust(authority.caFile(), false, List.of(), null);
        assertThat(connect(ours, "first.example").serverName()).isEqualTo("first.example");
        assertRefused(async(() -> connect(ours, "other.example")), Reason.UNREACHABLE, "TLS with other.example: No subject alternative DNS name");
        assertRefused(async(() -> connect(Trust.SYSTEM, "first.example")), Reason.UNREACHABLE, "TLS with first.example: ");
        assertThat(connect(new Trust(null, true, List.of(), null), "other.example").version()).isEqualTo("TLSv1.3");
    }

    @Test
    void aServerIsKnownAgainByItsName() throws Exception {
        Trust ours = new Trust(authority.caFile(), false, List.of(), null);
        tls = tls.withoutTls13();
        byte[] first = connect(ours, "first.example").session().getId();
        assertThat(connect(ours, "first.example").session().getId()).isEqualTo(first);
    }

    private TlsLink connect(Trust trust, String name) throws IOException {
        PipeLink.Pair fresh = pair();
        pipe = fresh;
        aside(() -> tls.accept(fresh.b(), certificates(Clients.NONE, first)));
        return tls.connect(fresh.a(), trust, name);
    }

    /** A plugin's own: every byte is turned around on the way. */
    private record Turned(Link under) implements Connection {

        @Override
        public InputStream in() {
            return new FilterInputStream(under.in()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    int n = super.read(bytes, offset, length);
                    for (int i = 0; i < n; i++) {
                        bytes[offset + i] = (byte) ~bytes[offset + i];
                    }
                    return n;
                }
            };
        }

        @Override
        public OutputStream out() {
            return new FilterOutputStream(under.out()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    byte[] turned = new byte[length];
                    for (int i = 0; i < length; i++) {
                        turned[i] = (byte) ~bytes[offset + i];
                    }
                    out.write(turned);
                }
            };
        }

        @Override
        public ByteBuffer peek(int n) throws IOException {
            ByteBuffer there = under.peek(n);
            ByteBuffer turned = ByteBuffer.allocate(there.remaining());
            while (there.hasRemaining()) {
                turned.put((byte) ~there.get());
            }
            return turned.flip();
        }

        @Override
        public boolean canFinish() {
            return under.canFinish();
        }

        @Override
        public void finish() throws IOException {
            under.finish();
        }

        @Override
        public void deadline(@Nullable Instant instant) {
            under.deadline(instant);
        }

        @Override
        public void abort() {
            under.abort();
        }

        @Override
        public void close() {
            under.close();
        }
    }

    @Test
    void aHelloIsSeenBeforeItIsAnsweredAndTheRestIsTls12WhereNoMoreIsWanted() throws IOException {
        CompletableFuture<TlsConnection> accepted = async(() -> {
            assertThat(tls.peek(pipe.b())).isEqualTo(new TlsHello("sql.example", List.of("tds/8.0")));
            return tls.withoutTls13().accept(pipe.b(), certificates(Clients.NONE, first, sql));
        });
        TlsConnection client = tls.connect(pipe.a(), new Trust(authority.caFile(), false, List.of(), null), "sql.example", "tds/8.0");
        assertThat(List.of(client.version(), accepted.join().version())).containsOnly("TLSv1.2");

        pipe = pair();
        aside(() -> tls.accept(pipe.b(), certificates(Clients.NONE, sql)));
        assertThat(tls.withoutTls13().connect(pipe.a(), new Trust(authority.caFile(), false, List.of(), null), "sql.example").version())
                .isEqualTo("TLSv1.2");

        pipe = pair();
        pipe.a().out().write(bytes("SELECT 1"));
        assertThat(tls.peek(pipe.b())).isNull();
        pipe = pair();
        pipe.a().out().write(new byte[] {22, 3});
        pipe.a().finish();
        assertThat(tls.peek(pipe.b())).isNull();
    }
}
