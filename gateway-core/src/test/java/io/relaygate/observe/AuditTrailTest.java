package io.relaygate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.relaygate.observe.AuditSettings.WhenFull;
import io.relaygate.sdk.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AuditTrailTest {

    private static final Caller ALICE = new Caller("alice", "certificate", Set.of("ops"));

    @TempDir
    private Path folder;

    private final Metrics metrics = new Metrics();
    private final List<AuditTrail> opened = new ArrayList<>();

    @AfterEach
    void closes() {
        opened.forEach(AuditTrail::close);
    }

    private Path file() {
        return folder.resolve("audit.jsonl");
    }

    private AuditTrail open(WhenFull whenFull, InstantSource clock) throws IOException {
        AuditTrail trail = AuditTrail.of(new AuditSettings(file(), new FileSize(1 << 20), 3, whenFull), clock, metrics);
        trail.open(writer -> Thread.ofPlatform().daemon().start(writer));
        opened.add(trail);
        return trail;
    }

    private static AuditRecord event(String name) {
        return new SessionEvent("0".repeat(32), "in", "r", ALICE, "192.0.2.7:51312", name, Map.of("text", "a\"b\n"));
    }

    private long dropped() {
        return metrics.counter("relaygate_audit_dropped", "Audit records that could not be written.").value();
    }

    @Test
    void everyRecordIsAJsonLineInItsOrderAndNoneIsLostAtTheEnd() throws IOException {
        AuditTrail trail = open(WhenFull.DROP, InstantSource.fixed(Instant.parse("2026-03-04T05:06:07.008Z")));
        for (int i = 0; i < 5000; i++) {
            trail.record(event("e" + i));
        }
        trail.close();
        List<String> all = new ArrayList<>();
        for (int i = 3; i >= 0; i--) {
            Path each = i == 0 ? file() : folder.resolve("audit.jsonl." + i);
            all.addAll(Files.exists(each) ? Files.readAllLines(each) : List.of());
        }
        assertThat(all).hasSize(5000);
        assertThat(all.get(4999)).isEqualTo("{\"ts\":\"2026-03-04T05:06:07.008Z\",\"msg\":\"session event\",\"session\":\"" + "0".repeat(32)
                + "\",\"entryPoint\":\"in\",\"route\":\"r\",\"caller\":\"alice\",\"proof\":\"certificate\",\"groups\":[\"ops\"],"
                + "\"source\":\"192.0.2.7:51312\",\"event\":\"e4999\",\"facts\":{\"text\":\"a\\\"b\\n\"}}");
        assertThat(all.get(0)).contains("\"event\":\"e0\"");
        assertThat(dropped()).isZero();
    }

    @Test
    void aDecisionTellsWhoWhereAndWhat() throws IOException {
        AuditTrail trail = open(WhenFull.DROP, InstantSource.system());
        trail.record(new AccessDecision("0".repeat(32), "in", "r", ALICE, "edge", "unix", "oslo/orders", null,
                AccessDecision.Decision.ALLOWED, "10.0.0.1:1433", null, null));
        trail.close();
        assertThat(Files.readString(file())).contains("\"msg\":\"access\"").endsWith("\"caller\":\"alice\",\"proof\":\"certificate\","
                + "\"groups\":[\"ops\"],\"sender\":\"edge\",\"source\":\"unix\",\"destination\":\"oslo/orders\",\"decision\":\"ALLOWED\","
                + "\"address\":\"10.0.0.1:1433\"}\n");
    }

    @Test
    void whatComesFromClientsIsCut() throws IOException {
        AuditTrail trail = open(WhenFull.DROP, InstantSource.system());
        trail.record(new SessionEvent(
                "s", "in", null, Caller.ANONYMOUS, "x".repeat(100_000), "e", "z\n".repeat(100_000), Map.of("k", "y".repeat(100_000))));
        trail.close();
        assertThat(Files.size(file())).isLessThan(4500);
        assertThat(Files.readAllLines(file())).hasSize(1);
    }

    @Test
    void refusesSessionsWhileTheDiskIsFullAndWritesAfterwardsWhatHasWaited() throws IOException {
        AuditTrail trail = open(WhenFull.REFUSE, InstantSource.system());
        trail.record(event("before"));
        await().untilAsserted(() -> assertThat(file()).content().contains("before"));
        fill();
        trail.record(event("during"));
        await().until(() -> !trail.takesSessions());
        assertThat(AuditTrail.refusal()).hasMessage("the audit file cannot be written").matches(e -> e.retryable());
        Files.delete(file());
        trail.reopen();
        await().until(trail::takesSessions);
        trail.close();
        assertThat(Files.readAllLines(file())).hasSize(1).first().asString().contains("\"during\"");
        assertThat(dropped()).isZero();
    }

    @Test
    void countsWhatFoundNoRoomAndGoesOn() throws IOException {
        AuditTrail trail = open(WhenFull.DROP, InstantSource.system());
        fill();
        for (int i = 0; i < 20_005; i++) {
            trail.record(event("e" + i));
        }
        assertThat(dropped()).isEqualTo(5);
        assertThat(trail.takesSessions()).isTrue();
        trail.close();
        assertThat(dropped()).as("lost at the end").isEqualTo(20_005);
        trail.record(event("late"));
        assertThat(dropped()).isEqualTo(20_006);
    }

    /** Makes the disk full, for this file. */
    private void fill() throws IOException {
        Files.move(file(), folder.resolve("moved"));
        Files.createSymbolicLink(file(), Path.of("/dev/full"));
        opened.forEach(AuditTrail::reopen);
    }

    @Test
    void bytesThatWaitAreBoundedToo() {
        AuditQueue queue = new AuditQueue(100, 2000);
        assertThat(queue.offer(new byte[1000])).isTrue();
        assertThat(queue.isFull()).isTrue();
        assertThat(queue.offer(new byte[1001])).isFalse();
        assertThat(queue.offer(new byte[1000])).isTrue();
        queue.remove(1);
        assertThat(queue.offer(new byte[1000])).isTrue();
        queue.close();
        queue.remove(1);
        assertThat(queue.offer(new byte[1])).as("there is no writer any more").isFalse();
        assertThat(queue.oldest()).hasSize(1);
    }

    @Test
    void saysAtTheStartThatTheFileCannotBeOpened() {
        assertThatIOException()
                .isThrownBy(() -> {
                    Files.createDirectory(file());
                    open(WhenFull.DROP, InstantSource.system());
                })
                .withMessageStartingWith("audit.file: cannot write " + file());
    }

    @Test
    void anEventHasABoundedNumberOfFacts() {
        Map<String, String> facts = new java.util.HashMap<>();
        for (int i = 0; i <= SessionEvent.MOST_FACTS; i++) {
            facts.put("f" + i, "");
        }
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> new SessionEvent("s", "in", "r", ALICE, "x", "e", facts)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
