package io.relaygate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SocketLinkTest {

    @TempDir
    Path folder;

    @Test
    void setsNoDelayAndKeepAlive() throws Exception {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel channel = SocketChannel.open(listening.getLocalAddress());
            SocketLink link = SocketLink.of(channel);
            assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(60);
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(10);
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(6);
            link.close();
        }
    }

    /** Pools look so at each connection that comes and goes: a millisecond for each look would be most of a small request. */
    @Test
    void looksWithoutWaitingAtWhatHasCome() throws Exception {
        try (LinkPair pair = LinkPair.tcp()) {
            long began = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                assertThat(pair.server().awaitReadable(Duration.ZERO)).isFalse();
            }
            assertThat(System.nanoTime() - began).isLessThan(Duration.ofMillis(900).toNanos());
            pair.client().out().write('x');
            assertThat(pair.server().awaitReadable(Duration.ofSeconds(20))).isTrue();
            assertThat(pair.server().awaitReadable(Duration.ZERO)).isTrue();
            assertThat(pair.server().in().read()).isEqualTo('x');
            pair.client().finish();
            assertThat(pair.server().in().read()).isEqualTo(-1);
            assertThat(pair.server().awaitReadable(Duration.ZERO)).isTrue();
            pair.server().out().write('y');
            assertThat(pair.client().in().read()).isEqualTo('y');
        }
        try (LinkPair pair = LinkPair.unix()) {
            assertThat(pair.server().awaitReadable(Duration.ZERO)).isFalse();
        }
    }

    @Test
    void namesThePeer() throws Exception {
        try (LinkPair pair = LinkPair.tcp()) {
            assertThat(((SocketLink) pair.server()).peer()).matches("127\\.0\\.0\\.1:\\d+");
        }
        try (LinkPair pair = LinkPair.unix()) {
            assertThat(((SocketLink) pair.server()).peer()).isEqualTo("unix");
        }
    }

    @Test
    void namesAnIpv6PeerInTheShortForm() throws Exception {
        assertThat(name("::1")).isEqualTo("[::1]:5");
        assertThat(name("2001:db8:0:0:1:0:0:0")).isEqualTo("[2001:db8:0:0:1::]:5");
        assertThat(name("fe80::1%0")).isEqualTo("[fe80::1]:5");
        assertThat(name("::ffff:192.0.2.7")).isEqualTo("192.0.2.7:5");
        assertThat(name("::")).isEqualTo("[::]:5");
    }

    private static String name(String address) throws IOException {
        return SocketLink.text(new InetSocketAddress(InetAddress.getByName(address), 5));
    }

    @Test
    void saysWhereAConnectFailed() throws Exception {
        InetSocketAddress closed;
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            closed = (InetSocketAddress) listening.getLocalAddress();
        }
        int before = SocketLink.open();
        assertThatThrownBy(() -> SocketLink.connect(closed, LinkPair.soon()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("127.0.0.1:" + closed.getPort())
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> SocketLink.connect(
                        UnixDomainSocketAddress.of(folder.resolve("none")), LinkPair.soon()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> SocketLink.connect(
                        InetSocketAddress.createUnresolved("no.such.host.invalid", 1), LinkPair.soon()))
                .isInstanceOf(UnknownHostException.class);
        assertThat(SocketLink.open()).isEqualTo(before);
    }

    @Test
    void aConnectThatIsNeverAcceptedMeetsTheDeadline() throws Exception {
        Path file = folder.resolve("full");
        List<SocketLink> queued = new ArrayList<>();
        try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(file), 1);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10; i++) {
                            queued.add(SocketLink.connect(
                                    UnixDomainSocketAddress.of(file), Instant.now().plusMillis(50)));
                        }
                    })
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageContaining("timed out");
        } finally {
            queued.forEach(SocketLink::abort);
        }
    }

    @Test
    void anAbortIsAResetOnTheWire() throws Exception {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketLink client = SocketLink.connect(listening.getLocalAddress(), LinkPair.soon());
            try (SocketChannel server = listening.accept()) {
                client.abort();
                assertThatThrownBy(() -> server.socket().getInputStream().read()).hasMessageContaining("reset");
            }
        }
    }
}
