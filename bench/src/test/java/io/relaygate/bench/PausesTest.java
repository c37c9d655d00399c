package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a survival run says of long pauses. */
class PausesTest {

    private final long now = System.nanoTime();
    private final Instant wall = Instant.now();
    private final List<LogLine> log = new ArrayList<>(List.of(placed(7001, "1"), placed(7002, "1"), placed(7003, "2")));

    private LogLine placed(int port, String lane) {
        return line("edge", -60_000, Pauses.PLACED, Map.of("source", "127.0.0.1:" + port, "id", lane));
    }

    private LogLine line(String process, long millis, String message, Map<String, String> values) {
        return new LogLine(process, wall.plusMillis(millis), message, values);
    }

    private Wait wait(int port, long fromMillis, long toMillis) {
        return new Wait(port, at(fromMillis), at(toMillis));
    }

    private long at(long millis) {
        return now + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private String timeLines(List<Wait> waits, Blow... blows) {
        return new Pauses(waits, List.of(blows), log).timeLines();
    }

    @Test
    void sessionsOfOneLaneThatGoOnTogetherArePartOfOnePause() {
        String text = timeLines(List.of(wait(7001, -9000, -4000), wait(7003, -8000, -4000), wait(7002, -8800, -3900)));

        assertThat(text.lines()).filteredOn(line -> line.startsWith("PAUSE")).satisfiesExactly(
                first -> assertThat(first).startsWith("PAUSE of 5.00 s, typing sessions: 2, lane 1"),
                second -> assertThat(second).startsWith("PAUSE of 4.00 s, typing sessions: 1, lane 2"));
    }

    @Test
    void tellsWhatHappenedMeanwhileToTheLaneAndToNoOther() {
        log.add(line("edge", -6000, "lane without a carrier", Map.of("id", "1")));
        log.add(line("edge", -6000, "lane without a carrier", Map.of("id", "2")));
        log.add(line("site1", -5200, "control channel lost", Map.of("namespace", "relay1")));
        log.add(line("site1", -5000, "control channel up", Map.of("namespace", "relay1")));
        log.add(line("site1", -4900, "control channel lost", Map.of("namespace", "relay1")));
        log.add(line("edge", -2000, "lane on a carrier", Map.of("id", "1")));

        String text = timeLines(
                List.of(wait(7001, -9000, -4000)), new Blow(Blow.Kind.KILL, 1, at(-8500), at(-7000), at(-3000)));

        assertThat(text.lines().skip(1).map(line -> line.replaceFirst("^ +[-+0-9.]+ +", "")))
                .containsExactly(
                        "the first key waits",
                        "relay2 killed and started again: begins",
                        "relay2 is back",
                        "edge   lane without a carrier id=1",
                        "site1  control channel lost namespace=relay1 (2 times)",
                        "site1  control channel up namespace=relay1",
                        "the last echo");
    }

    @Test
    void readsLinesOfALogAndNothingElse() {
        List<LogLine> lines = LogLine.read("edge", """
                Picked up JAVA_TOOL_OPTIONS: -Xmx1g
                {"ts":"2026-01-02T03:04:05.678Z","level":"INFO","logger":"a.B","msg":"lane on a carrier","lane":3,"relay":"relay1"}
                {"ts":"2026-01-02T03:04:06.000Z","level":"WARN","logger":"a.B","msg":"no \\"way\\"","detail":"a, b","lane":-1}
                {"ts":"yesterday","msg":"x"}
                """);

        assertThat(lines).extracting(LogLine::words).containsExactly(
                "edge   lane on a carrier lane=3 relay=relay1", "edge   no \\\"way\\\" detail=a, b lane=-1");
        assertThat(lines.getFirst().time()).isEqualTo(Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    @Test
    void aPauseIsLongFromASecondBeyondWhatThereIsToWaitFor() throws Refusal {
        assertThat(SurvivalOptions.parse(List.of()).pause()).isEqualTo(Duration.ofSeconds(6));
        assertThat(SurvivalOptions.parse(List.of("--relays", "2", "--silence", "1")).pause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(SurvivalOptions.parse(List.of("--pause", "0.5")).pause()).isEqualTo(Duration.ofMillis(500));
    }
}
