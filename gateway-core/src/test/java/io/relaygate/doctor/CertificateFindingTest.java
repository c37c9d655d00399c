package io.relaygate.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Authorities;
import io.relaygate.net.SeenChain;
import io.relaygate.net.SocketLink;
import io.relaygate.net.TestAuthority;
import io.relaygate.net.Threads;
import io.relaygate.net.TlsLink;
import io.relaygate.relay.RelayProbe.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said about certificates that servers really show. */
class CertificateFindingTest {

    @TempDir
    static Path folder;

    private static TestAuthority authority;

    @BeforeAll
    static void issues() throws IOException {
        authority = new TestAuthority(folder);
        authority.issue("good", "CN=relay", "-ext", "san=dns:localhost");
        authority.issue("old", "CN=relay", "-ext", "san=dns:localhost", "-startdate", "-10d", "-validity", "5");
        authority.issue("early", "CN=relay", "-ext", "san=dns:localhost", "-startdate", "+2d");
        authority.issue("other", "CN=relay", "-ext", "san=dns:elsewhere.example");
    }

    /** Shakes hands with a server that shows this certificate. */
    private static Finding finding(String alias, @Nullable Path caFile, Instant now) throws IOException {
        Instant soon = Instant.now().plusSeconds(10);
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Threads threads = new Threads(0)) {
            threads.start("server", () -> {
                try {
                    TlsLink.server(SocketLink.of(server.accept()), authority.server(alias), soon).close();
                } catch (IOException e) {
                    // The client does not believe it, and says so.
                }
            });
            SeenChain seen = new SeenChain(Authorities.read(caFile, null));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            Handshake handshake;
            try {
                TlsLink.client(SocketLink.connect(server.getLocalAddress(), soon), seen.context(), "localhost", port, soon).close();
                handshake = new Handshake(seen.certificates(), null);
            } catch (SSLException e) {
                handshake = new Handshake(seen.certificates(), e);
            }
            return CertificateFinding.of("there", "localhost", "namespaces.weu", false, caFile != null, handshake, now);
        }
    }

    private static Finding finding(String alias) throws IOException {
        return finding(alias, authority.caFile(), Instant.now());
    }

    @Test
    void isContentWithAGoodOne() throws IOException {
        assertThat(finding("good")).returns(Finding.Level.OK, Finding::level).asString().contains("by CN=Test CA");
    }

    @Test
    void warnsOfOneThatEndsSoon() throws IOException {
        assertThat(finding("good", authority.caFile(), Instant.now().plus(Duration.ofDays(20))).level()).isEqualTo(Finding.Level.WARN);
    }

    @Test
    void namesTheIssuerThatNobodyKnows() throws IOException {
        assertThat(finding("good", null, Instant.now())).returns(Finding.Level.FAIL, Finding::level).asString()
                .contains("none of this system's: CN=Test CA", "namespaces.weu.caFile");
    }

    @Test
    void tellsWhichDayIsWrong() throws IOException {
        assertThat(finding("old")).returns(Finding.Level.FAIL, Finding::level).asString().contains("CN=relay has expired 2", "clock is wrong");
        assertThat(finding("early")).returns(Finding.Level.FAIL, Finding::level).asString().contains("CN=relay is valid only from 2");
    }

    @Test
    void tellsWhichNameIsWrong() throws IOException {
        assertThat(finding("other")).returns(Finding.Level.FAIL, Finding::level).asString()
                .contains("is for elsewhere.example, and not for localhost");
    }
}
