package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.relay.Conformance;
import io.relaygate.relay.Conformance.Observation;
import io.relaygate.relay.Conformance.Question;
import io.relaygate.relay.Conformance.Report;
import io.relaygate.relay.Conformance.Verdict;
import io.relaygate.relay.ConformanceText;
import io.relaygate.relay.HastyConformance;
import io.relaygate.net.WayOut;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Offer;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.TestSecret;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the probe finds out about the embedded relay. */
@Timeout(180)
class ConformanceTest extends AtARelay {

    @Override
    RelaySettings settings() {
        // Senders are given up soon, which one question waits for.
        return RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(2), Duration.ofSeconds(2), 25);
    }

    private Conformance conformance(String keyName, String key, String path) {
        String text = "Endpoint=sb://localhost:" + relay.relay.address().port() + "/;SharedAccessKeyName=" + keyName + ";SharedAccessKey=" + key;
        return new Conformance(NamespaceSettings.of(new TestSecret(text), relay.relay.caFile()), path, WayOut.straight(), InstantSource.system(), relay.threads);
    }

    @Test
    void findsTheEmbeddedRelayToBeAsExpected() throws IOException {
        List<Observation> told = new ArrayList<>();
        Report report = conformance("root", RelayFixture.ROOT_KEY, "other").run(Set.of(), told::add);
        assertThat(report.observations()).isEqualTo(told);
        assertThat(report.observations().stream().map(Observation::question)).isEqualTo(Conformance.plan());
        assertThat(report.observations()).allSatisfy(each -> assertThat(each.verdict())
                .as(each.toString())
                .isEqualTo(each.question().isLong() ? Verdict.NOT_ASKED : Verdict.AS_EXPECTED));
        Map<String, Map<String, String>> seen = report.observations().stream()
                .collect(Collectors.toMap(each -> each.question().name(), Observation::seen));
        assertThat(seen).hasEntrySatisfying("no-listener", each -> assertThat(each.get("phrase"))
                .startsWith("There are no listeners connected for the endpoint. TrackingId:"));
        assertThat(seen).hasEntrySatisfying("half-close", each -> assertThat(each)
                .containsEntry("listener", "close 1000 Shutdown").containsEntry("sender", "binary, 5 bytes, last"));
        assertThat(seen).hasEntrySatisfying("accept", each -> assertThat(each.get("headers")).contains("Sec-WebSocket-Key"));
        assertThat(seen).hasEntrySatisfying("bad-renew", each -> assertThat(each.get("channel")).startsWith("1008 "));
        String secrets = report.toString() + ConformanceText.json(report) + ConformanceText.markdown(report);
        assertThat(secrets).doesNotContain(RelayFixture.ROOT_KEY, "sig=");
        assertThat(ConformanceText.markdown(report)).contains("| **no-token**: what a sender without a token is told | 401 | as expected | status: 401; phrase: ");
        assertThat(ConformanceText.json(report)).contains("\"question\":\"no-token\"", "\"verdict\":\"as expected\"", "\"others\":\"\"");
    }

    /** What would take a minute takes two seconds here, except for tokens: these go by the relay's clock, which is put on. */
    @Test
    void asksAllThatTakesLongAtOnce() throws Exception {
        String text = "Endpoint=sb://localhost:" + relay.relay.address().port() + "/;SharedAccessKeyName=root;SharedAccessKey=" + RelayFixture.ROOT_KEY;
        Conformance conformance = HastyConformance.of(
                NamespaceSettings.of(new TestSecret(text), relay.relay.caFile()), "other", relay.clock, relay.threads, Duration.ofSeconds(2));
        List<Observation> told = new CopyOnWriteArrayList<>();
        CompletableFuture<Report> running = CompletableFuture.supplyAsync(() -> {
            try {
                return conformance.run(Set.of("cadence", "expiry-grace", "idle-connection", "recycling"), told::add);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }, Thread::startVirtualThread);
        // All four listen, and one has been connected.
        await().atMost(Duration.ofSeconds(90)).until(() -> List.of("listeners{hybrid_connection=\"other\"} 4.0", "connections 6.0", "waiting_senders 0.0")
                .stream().allMatch(each -> relay.metrics.exposition().contains("relaygate_embedded_relay_" + each)));
        relay.clock.ahead = Duration.ofSeconds(390);
        await().atMost(Duration.ofSeconds(60)).until(() -> told.stream().anyMatch(each -> each.question().name().equals("idle-connection")));
        assertThat(running).as("the listener is there").isNotDone();
        // Nobody waits for a day: the relay goes.
        relay.relay.close();
        Report report = running.get(30, TimeUnit.SECONDS);
        assertThat(report.observations()).filteredOn(each -> each.question().isLong()).hasSize(4)
                .allSatisfy(each -> assertThat(each.verdict()).as(each.toString()).isEqualTo(Verdict.AS_EXPECTED));
        Map<String, Map<String, String>> seen = report.observations().stream()
                .collect(Collectors.toMap(each -> each.question().name(), Observation::seen));
        assertThat(seen).hasEntrySatisfying("cadence", each -> assertThat(each.get("second")).matches("pong after [0-9]+ s"));
        assertThat(seen).hasEntrySatisfying("expiry-grace", each -> assertThat(each.get("after the expiry")).matches("3[0-9]{2} s"));
        assertThat(seen).hasEntrySatisfying("idle-connection", each -> assertThat(each).hasEntrySatisfying("sender", said -> assertThat(said).endsWith("it stays")));
        assertThat(seen).hasEntrySatisfying("recycling", each -> assertThat(each.get("channel")).startsWith("ended after "));
    }

    @Test
    void asksNothingThatOthersCouldComeBy() throws IOException {
        Queue<Offer> offers = new ConcurrentLinkedQueue<>();
        RelayListener others = relay.closing(relay.client().listen("other", 1, offers::add));
        await().until(() -> others.connected() == 1);
        Report report = conformance("root", RelayFixture.ROOT_KEY, "other").run(Set.of(), _ -> {});
        assertThat(report.others()).contains("others listen on other");
        assertThat(offers).isEmpty();
        Map<String, Verdict> verdicts = verdicts(report);
        assertThat(verdicts).containsEntry("no-token", Verdict.AS_EXPECTED).containsEntry("no-listener", Verdict.NOT_ASKED).containsEntry("accept", Verdict.NOT_ASKED);
        assertThat(ConformanceText.markdown(report)).contains("others listen on other");
    }

    private static Map<String, Verdict> verdicts(Report report) {
        return report.observations().stream().collect(Collectors.toMap(each -> each.question().name(), Observation::verdict));
    }

    @Test
    void saysWhatTheKeyDoesNotLetItAsk() throws IOException {
        Report report = conformance("send", RelayFixture.SEND_KEY, "site-oslo").run(Set.of(), _ -> {});
        assertThat(verdicts(report)).containsEntry("no-listener", Verdict.AS_EXPECTED).containsEntry("reject", Verdict.NOT_ASKED);
        assertThat(report.observations().stream().filter(each -> each.question().name().equals("reject")).findFirst().orElseThrow().seen().get("why"))
                .startsWith("we cannot listen: 403 ");
        assertThatThrownBy(() -> conformance("root", "wrong", "site-oslo").run(Set.of(), _ -> {}))
                .isInstanceOf(IOException.class).hasMessageContaining("401 InvalidSignature").hasMessageContaining("compare sasKeyName");
        assertThatThrownBy(() -> conformance("root", RelayFixture.ROOT_KEY, "nowhere").run(Set.of(), _ -> {}))
                .isInstanceOf(IOException.class).hasMessageContaining("404 Endpoint does not exist");
    }

    @Test
    void hasAQuestionForEachName() {
        assertThat(Conformance.plan().stream().collect(Collectors.groupingBy(Question::name, Collectors.counting())).values()).containsOnly(1L);
        assertThat(Conformance.plan().stream().collect(Collectors.toMap(Question::name, Function.identity()))).hasSizeGreaterThan(25);
    }
}
