package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.GatewayKey;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Seal;
import io.relaygate.net.Threads;
import io.relaygate.observe.LostException;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tunnel whose carriers are sealed, over a relay that would like to say something too. */
@Timeout(60)
class SealedTunnelTest {

    private static final TunnelSettings SETTINGS = new TunnelSettings(
            1, Duration.ofSeconds(20), Duration.ofSeconds(3), 1 << 20, Duration.ofHours(20));

    @TempDir
    Path folder;

    private final Threads threads = new Threads(16);
    private final Budget budget = new Budget(1 << 30);
    private final LaneSlots slots = new LaneSlots(new Metrics());
    private final List<PipeLink> atEdge = new CopyOnWriteArrayList<>();
    private final List<Open> opened = new CopyOnWriteArrayList<>();
    private final List<@Nullable String> senders = new CopyOnWriteArrayList<>();
    private final SiteTunnel site = new SiteTunnel("site-1", SETTINGS, threads, budget, slots, this::serve);
    private final EdgeTunnel edge = new EdgeTunnel("oslo", "edge-1", this::dial, SETTINGS, threads, budget, slots);
    private volatile GatewayKey edgeKey;
    private volatile GatewayKey siteKey;

    @BeforeEach
    void keys() throws IOException {
        edgeKey = GatewayKey.make(folder.resolve("edge.pem"));
        siteKey = GatewayKey.make(folder.resolve("site.pem"));
    }

    private Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        PipeLink.Pair pair = PipeLink.pair();
        threads.start("carrier", () -> serve(pair.b(), deadline));
        Seal.Sealed sealed = new Seal(() -> edgeKey, () -> Set.of(siteKey.pin())).client(pair.a(), deadline);
        atEdge.add(pair.a());
        return new Opened(sealed.link(), "memory", new Peer("oslo", sealed.peer(), sealed.own(), sealed.secret()));
    }

    private void serve(Link carrier, Instant deadline) {
        try {
            Seal.Sealed sealed = new Seal(() -> siteKey, () -> Set.of(edgeKey.pin())).server(carrier, deadline);
            Peer peer = new Peer("weu", sealed.peer(), sealed.own(), sealed.secret());
            site.serve(sealed.link(), new Origin("memory", "127.0.0.1:1", peer));
        } catch (IOException e) {
            carrier.abort();
        }
    }

    private void serve(Open what, SiteTunnel.Offer offer) {
        opened.add(what);
        senders.add(offer.origin().sender());
        try (Link link = offer.accept()) {
            byte[] buffer = new byte[10_000];
            for (int n = link.in().read(buffer); n >= 0; n = link.in().read(buffer)) {
                link.out().write(buffer, 0, n);
            }
            link.finish();
        } catch (IOException e) {
            // The test sees it at the other end.
        }
    }

    private Link open() throws IOException {
        Caller alice = new Caller("alice", "certificate", Set.of("ops", "dba"));
        Open what = new Open("0".repeat(32), "echo", "in", "192.0.2.1:5", alice, new Open.Tls("sql.example", "h2"));
        return edge.open(what, Instant.now().plusSeconds(20)).link();
    }

    private static void exchange(Link link, String word) throws IOException {
        link.out().write(word.getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(link.in().readNBytes(word.length()), StandardCharsets.US_ASCII)).isEqualTo(word);
    }

    @AfterEach
    void leavesNothing() {
        edge.close();
        site.close();
        Leftovers.none(threads, budget);
    }

    @Test
    void tellsTheSiteWhoCallsAndWhichEdgeSaysSo() throws Exception {
        try (Link link = open()) {
            exchange(link, "hello");
        }
        assertThat(opened).singleElement().satisfies(what -> {
            assertThat(what.caller()).isEqualTo(new Caller("alice", "certificate", Set.of("ops", "dba")));
            assertThat(what.tls()).isEqualTo(new Open.Tls("sql.example", "h2"));
        });
        assertThat(senders).containsExactly("weu");
    }

    @Test
    void aSessionOutlivesARelayThatSaysSomethingOfItsOwn() throws Exception {
        try (Link link = open()) {
            exchange(link, "before");
            // What the relay says between: a whole TLS record, and bytes that are none.
            atEdge.getLast().out().write(new byte[] {23, 3, 3, 0, 3, 1, 2, 3});
            exchange(link, "after");
            atEdge.getLast().out().write("GARBAGE".getBytes(StandardCharsets.US_ASCII));
            exchange(link, "and after that");
        }
        assertThat(atEdge).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aNewKeyIsProvenOnANewCarrierAndSessionsGoOn() throws Exception {
        try (Link link = open()) {
            exchange(link, "before");
            edgeKey = GatewayKey.make(folder.resolve("edge-2.pem"));
            edge.review(peer -> peer != null && peer.own().equals(edgeKey.pin()) ? Standing.KEPT : Standing.RENEWED);
            exchange(link, "after");
        }
        assertThat(atEdge).hasSize(2);
    }

    @Test
    void sessionsOfAnEdgeThatIsNotTrustedAnyMoreEndAsRefused() throws Exception {
        try (Link link = open()) {
            exchange(link, "before");
            site.review(peer -> Standing.ENDED);
            assertThatThrownBy(() -> link.in().read())
                    .isInstanceOf(LostException.class)
                    .hasMessage("the gateway at the other end is not trusted any more: the key that it has proven is not pinned any more");
        }
    }
}
