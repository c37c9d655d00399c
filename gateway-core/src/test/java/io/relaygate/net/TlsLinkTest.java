package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(40)
class TlsLinkTest {

    private int buffers;
    private int sockets;

    @BeforeEach
    void count() {
        buffers = Buffers.outstanding();
        sockets = SocketLink.open();
    }

    @AfterEach
    void givesEverythingBack() {
        await().atMost(Duration.ofSeconds(5)).until(() -> Buffers.outstanding() == buffers);
        await().atMost(Duration.ofSeconds(5)).until(() -> SocketLink.open() == sockets);
    }

    @Test
    void verifiesTheServersName() throws Exception {
        LinkPair pair = LinkPair.tcp();
        var server = LinkContractTest.async(() -> TlsLink.server(pair.server(), TestTls.server(), LinkPair.soon()));
        assertThatThrownBy(() -> TlsLink.client(
                        pair.client(), TestTls.client(), "other.example", 443, LinkPair.soon()))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("other.example");
        assertThatThrownBy(server::join).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void trustsNobodyWhomTheContextDoesNotTrust() throws Exception {
        LinkPair pair = LinkPair.tcp();
        var server = LinkContractTest.async(() -> TlsLink.server(pair.server(), TestTls.server(), LinkPair.soon()));
        assertThatThrownBy(() -> TlsLink.client(
                        pair.client(), SSLContext.getDefault(), "localhost", 443, LinkPair.soon()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(server::join)
                .hasCauseInstanceOf(SSLException.class)
                .hasMessageContaining("certificate_unknown");
    }

    @Test
    void aHandshakeThatHangsMeetsTheDeadline() throws Exception {
        LinkPair pair = LinkPair.tcp();
        assertThatThrownBy(() -> TlsLink.server(
                        pair.server(), TestTls.server(), Instant.now().plusMillis(50)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("TLS handshake timed out");
        pair.client().abort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0000\u0005abcde", "x"})
    void garbageInPlaceOfAHandshakeIsAFailure(String garbage) throws Exception {
        LinkPair pair = LinkPair.tcp();
        pair.client().out().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
        pair.client().finish();
        assertThatThrownBy(() -> TlsLink.server(pair.server(), TestTls.server(), LinkPair.soon()))
                .isInstanceOf(IOException.class);
        pair.client().abort();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void anEndWithoutCloseNotifyIsAFailure(String protocol) throws Exception {
        LinkPair under = LinkPair.tcp();
        LinkPair pair = LinkPair.tls(under, protocol);
        under.client().finish();
        assertThatThrownBy(() -> pair.server().in().read()).hasMessageContaining("no close_notify");
        pair.close();
        assertThatThrownBy(() -> under.server().in().read()).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aChangedByteIsAFailureAndEndsTheConnection(String protocol) throws Exception {
        LinkPair wire = LinkPair.pipe();
        LinkPair near = LinkPair.pipe();
        try (Threads threads = new Threads(0)) {
            var splice = LinkContractTest.async(() -> Splice.run(near.server(), wire.client(), threads));
            LinkPair pair = LinkPair.tls(new LinkPair(near.client(), wire.server()), protocol);
            wire.client().out().write(new byte[] {23, 3, 3, 0, 30});
            wire.client().out().write(new byte[30]);
            assertThatThrownBy(() -> pair.server().in().read()).isInstanceOf(SSLException.class);
            pair.close();
            splice.get(5, TimeUnit.SECONDS);
            near.close();
            wire.close();
        }
    }

    @Test
    void closeIsBoundedThoughThePeerNeverReads() throws Exception {
        LinkPair pair = LinkPair.tls(LinkPair.pipe(), "TLSv1.3");
        var writing = LinkContractTest.async(() -> {
            while (true) {
                pair.client().out().write(new byte[60_000]);
            }
        });
        long start = System.nanoTime();
        assertThat(pair.server().awaitReadable(Link.FOREVER)).isTrue();
        pair.client().close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThatThrownBy(writing::join).isNotNull();
        pair.close();
    }

    @Test
    void aRecordReachesReadersOfEverySize() throws Exception {
        try (LinkPair pair = LinkPair.tls(LinkPair.tcp(), "TLSv1.3")) {
            byte[] much = new byte[300_000];
            new Random(8).nextBytes(much);
            var sent = LinkContractTest.async(() -> {
                pair.client().out().write(much);
                return 0;
            });
            byte[] all = new byte[much.length];
            Random sizes = new Random(9);
            for (int done = 0; done < all.length; ) {
                int size = Math.min(all.length - done, 1 + sizes.nextInt(40_000));
                done += pair.server().read(all, done, size, Duration.ofSeconds(5));
            }
            assertThat(all).isEqualTo(much);
            sent.join();
        }
    }
}
