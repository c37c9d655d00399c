package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What the log says of a lane from its first carrier to its end. */
@Timeout(60)
class LaneLogTest {

    private static final TunnelSettings SETTINGS = new TunnelSettings(
            1, Duration.ofSeconds(20), Duration.ofSeconds(3), 1 << 20, Duration.ofHours(20));

    private final Logger logger = (Logger) LoggerFactory.getLogger(LaneLog.class);
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Threads threads = new Threads(16);
    private final LaneSlots slots = new LaneSlots(new Metrics());
    private final Budget budget = new Budget(1 << 30);
    private final List<PipeLink> carriers = new CopyOnWriteArrayList<>();
    private volatile boolean down;
    private final SiteTunnel site = new SiteTunnel("site-1", SETTINGS, threads, budget, slots, (_, offer) -> accept(offer));
    private final EdgeTunnel edge = new EdgeTunnel("oslo", "edge-1", this::dial, SETTINGS, threads, budget, slots);
    private final AppenderBase<ILoggingEvent> ear = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getMessage() + " " + event.getKeyValuePairs().stream()
                    .filter(pair -> !pair.key.endsWith("Ms"))
                    .map(pair -> pair.key + "=" + pair.value)
                    .collect(Collectors.joining(" ")));
        }
    };

    private Opened dial(@Nullable String boot, Instant deadline) throws IOException {
        if (down) {
            throw new RefusedException(Reason.NO_RELAY, "the relay is down");
        }
        PipeLink.Pair pair = PipeLink.pair();
        carriers.add(pair.a());
        threads.start("carrier", () -> site.serve(pair.b(), new Origin("weu", "127.0.0.1:1")));
        return new Opened(pair.a(), "weu");
    }

    private static void accept(SiteTunnel.Offer offer) {
        try {
            offer.accept();
        } catch (IOException e) {
            throw new IllegalStateException("the lane lives", e);
        }
    }

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        ear.start();
        logger.addAppender(ear);
    }

    @AfterEach
    void close() {
        edge.close();
        site.close();
        logger.detachAppender(ear);
        logger.setLevel(null);
    }

    private List<String> of(String peer) {
        return lines.stream().filter(line -> line.contains("peer=" + peer + " ")).toList();
    }

    @Test
    void bothEndsTellOfEachCarrierOfItsLossAndOfTheEnd() throws IOException {
        edge.open(new Open("0".repeat(32), "echo", "in", "x"), Instant.now().plusSeconds(20));
        await().untilAsserted(() -> assertThat(of("edge-1")).hasSize(1));
        down = true;
        carriers.getFirst().close();
        await().untilAsserted(() -> assertThat(of("oslo")).hasSize(3));
        down = false;
        await().untilAsserted(() -> assertThat(of("oslo")).hasSize(4));
        edge.close();
        await().untilAsserted(() -> assertThat(of("edge-1")).hasSize(4));

        assertThat(of("oslo")).startsWith(
                "INFO lane on a carrier peer=oslo lane=0 id=1 relay=weu epoch=1",
                "INFO lane without a carrier peer=oslo lane=0 id=1 relay=weu reason=FAILED detail=the connection is closed",
                "WARN no carrier for a lane peer=oslo lane=0 id=1 reason=NO_RELAY detail=the relay is down",
                "INFO lane on a carrier peer=oslo lane=0 id=1 relay=weu epoch=2");
        assertThat(of("edge-1")).startsWith(
                "INFO lane on a carrier peer=edge-1 lane=0 id=1 relay=weu epoch=1",
                "INFO lane without a carrier peer=edge-1 lane=0 id=1 relay=weu reason=CLOSED detail=the peer has closed the carrier",
                "INFO lane on a carrier peer=edge-1 lane=0 id=1 relay=weu epoch=2");
        assertThat(of("edge-1").getLast()).startsWith("INFO lane over peer=edge-1 lane=0 id=1 end=");
    }
}
