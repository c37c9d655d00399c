package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.destination.CarrierDialer;
import io.relaygate.destination.Reach;
import io.relaygate.net.Buffers;
import io.relaygate.net.Link;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.server.RelaySettings.Cuts;
import io.relaygate.tunnel.Budget;
import io.relaygate.tunnel.EdgeTunnel;
import io.relaygate.tunnel.LaneSlots;
import io.relaygate.tunnel.Open;
import io.relaygate.tunnel.Origin;
import io.relaygate.tunnel.SiteTunnel;
import io.relaygate.tunnel.TunnelSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tunnel over a relay that cuts its carriers again and again, and cuts and joins what goes through them. */
@Timeout(120)
class TunnelOverRelayTest {

    private static final int SESSIONS = 4;
    private static final int BYTES = 500_000;
    private static final int ENOUGH = 4;
    private static final TunnelSettings SETTINGS =
            new TunnelSettings(2, Duration.ofSeconds(60), Duration.ofSeconds(15), 1 << 20, Duration.ofHours(20));

    @TempDir
    Path stateDir;

    @Test
    void losesNoByteHoweverOftenCarriersAreCut() throws Exception {
        Cuts cuts = new Cuts(Duration.ofMillis(20), Duration.ofMillis(300), 11);
        RelayFixture relay = new RelayFixture(stateDir, RelayFixture.pessimistic(Duration.ofSeconds(5), cuts));
        Budget budget = new Budget(1 << 30);
        LaneSlots slots = new LaneSlots(new Metrics());
        SiteTunnel site = new SiteTunnel("site-1", SETTINGS, relay.threads, budget, slots, TunnelOverRelayTest::echo);
        RelayListener listener = relay.closing(relay.client().listen("site-oslo", 2, offer -> carry(site, offer)));
        await().until(() -> listener.connected() == 2);
        AtomicInteger carriers = new AtomicInteger();
        Relay sender = relay.client();
        CarrierDialer dialer = new CarrierDialer("site-oslo", List.of(sender), new Reach(Instant::now), relay.threads, null);
        EdgeTunnel edge = new EdgeTunnel(
                "oslo",
                "edge-1",
                (boot, deadline) -> {
                    carriers.incrementAndGet();
                    return dialer.dial(boot, deadline);
                },
                SETTINGS,
                relay.threads,
                budget,
                slots);
        List<Thread> sessions = new ArrayList<>();
        AtomicInteger whole = new AtomicInteger();
        for (int i = 0; i < SESSIONS; i++) {
            int seed = i;
            sessions.add(relay.threads.start("session", () -> {
                // However fast this machine is, carriers are cut meanwhile.
                boolean all = comesBack(edge, seed);
                while (all && carriers.get() <= ENOUGH) {
                    all = comesBack(edge, seed);
                }
                if (all) {
                    whole.incrementAndGet();
                }
            }));
        }
        for (Thread session : sessions) {
            session.join();
        }
        assertThat(whole).hasValue(SESSIONS);
        assertThat(carriers.get()).as("how many carriers it took").isGreaterThan(ENOUGH);
        edge.close();
        site.close();
        await().untilAsserted(() -> assertThat(budget.promised()).isZero());
        relay.close();
        assertThat(Buffers.outstanding()).isZero();
    }

    private static void carry(SiteTunnel site, Offer offer) {
        try {
            site.serve(offer.accept(RelayFixture.soon()), new Origin("own", offer.remote()));
        } catch (IOException e) {
            // The carrier was cut before it began.
        }
    }

    private static void echo(Open what, SiteTunnel.Offer offer) {
        try (Link link = offer.accept()) {
            link.in().transferTo(link.out());
            link.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean comesBack(EdgeTunnel edge, int seed) {
        byte[] bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        Instant limit = Instant.now().plusSeconds(100);
        try (Link link = edge.open(new Open("0".repeat(32), "echo", "in", "192.0.2.1:5"), limit).link()) {
            link.deadline(limit);
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    for (int done = 0; done < BYTES; done += 20_000) {
                        link.out().write(bytes, done, 20_000);
                    }
                    link.finish();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            byte[] back = link.in().readAllBytes();
            writer.join();
            return java.util.Arrays.equals(back, bytes);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
