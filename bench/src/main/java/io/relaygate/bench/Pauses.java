package io.relaygate.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The long pauses of a run, with what hit the relays and what edge and sites have logged meanwhile. */
final class Pauses {

    /** What an edge logs when it has placed a session on a lane. */
    static final String PLACED = "session on a lane";

    private static final int MOST = 5;

    /** Sessions of one lane go on together, but for what their own threads take. */
    private static final long TOGETHER = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Duration BEFORE = Duration.ofMillis(500);
    private static final Duration AFTER = Duration.ofMillis(200);

    private final List<LogLine> lines;
    private final List<Blow> blows;
    private final Map<String, String> laneOfPort = new HashMap<>();
    private final List<Pause> all = new ArrayList<>();
    /** The same moment by both clocks. */
    private final Instant wall = Instant.now();
    private final long nanos = System.nanoTime();

    /** Waits of sessions of one lane that were over at about the same time. */
    private record Pause(@Nullable String lane, List<Wait> waits) {

        long from() {
            return waits.stream().mapToLong(Wait::from).min().orElseThrow();
        }

        long to() {
            return waits.stream().mapToLong(Wait::to).max().orElseThrow();
        }

        long longest() {
            return waits.stream().mapToLong(Wait::nanos).max().orElseThrow();
        }
    }

    /** Something that happened during a pause. */
    private record Event(Instant time, String words) {}

    Pauses(List<Wait> waits, List<Blow> blows, List<LogLine> lines) {
        this.lines = lines.stream().filter(line -> !line.message().equals(PLACED)).toList();
        this.blows = blows;
        lines.stream().filter(line -> line.message().equals(PLACED)).forEach(line -> {
            String source = line.values().getOrDefault("source", "");
            laneOfPort.put(source.substring(source.lastIndexOf(':') + 1), line.values().getOrDefault("id", ""));
        });
        waits.stream().sorted(Comparator.comparingLong(Wait::to)).forEach(this::add);
        all.sort(Comparator.comparingLong(Pause::longest).reversed());
    }

    /** Those of a run, from the logs of its processes. Lanes to two sites may share an id; their pauses are told as one. */
    static Pauses of(List<Wait> waits, List<Blow> blows, Fleet fleet) throws IOException {
        List<LogLine> lines = new ArrayList<>();
        for (Member member : fleet.gateways()) {
            lines.addAll(LogLine.read(member.name(), member.child().output()));
        }
        return new Pauses(waits, blows, lines);
    }

    private void add(Wait wait) {
        String lane = laneOfPort.get(Integer.toString(wait.port()));
        for (Pause pause : all.reversed()) {
            if (Objects.equals(pause.lane(), lane) && wait.to() - pause.waits().getFirst().to() < TOGETHER) {
                pause.waits().add(wait);
                return;
            }
        }
        all.add(new Pause(lane, new ArrayList<>(List.of(wait))));
    }

    boolean none() {
        return all.isEmpty();
    }

    /** A time line of each, the longest first. */
    String timeLines() {
        StringBuilder text = new StringBuilder();
        all.stream().limit(MOST).forEach(pause -> text.append(timeLine(pause)));
        if (all.size() > MOST) {
            text.append("%d more pauses, not longer than %s%n".formatted(all.size() - MOST, seconds(all.get(MOST).longest())));
        }
        return text.toString();
    }

    private String timeLine(Pause pause) {
        Instant from = wall(pause.from());
        StringBuilder text = new StringBuilder("PAUSE of %s, typing sessions: %d, lane %s, from %s%n".formatted(
                seconds(pause.longest()), pause.waits().size(), Objects.requireNonNullElse(pause.lane(), "unknown"), from));
        // Attempts that fail again and again would hide the rest.
        Map<String, List<Event>> alike = events(pause).stream().collect(
                Collectors.groupingBy(Event::words, LinkedHashMap::new, Collectors.toList()));
        alike.forEach((words, events) -> text.append("  %+8.3f  %s%s%n".formatted(
                Duration.between(from, events.getFirst().time()).toMillis() / 1e3,
                words,
                events.size() == 1 ? "" : " (" + events.size() + " times)")));
        return text.toString();
    }

    private List<Event> events(Pause pause) {
        List<Event> events = new ArrayList<>();
        events.add(new Event(wall(pause.from()), "the first key waits"));
        events.add(new Event(wall(pause.to()), "the last echo"));
        for (Blow blow : blows) {
            String relay = "relay" + (blow.relay() + 1);
            events.add(new Event(wall(blow.began()), "%-6s %s: begins".formatted(relay, blow.kind().words())));
            events.add(new Event(wall(blow.back()), "%-6s is back".formatted(relay)));
        }
        lines.stream().filter(line -> line.concerns(pause.lane())).forEach(line -> events.add(new Event(line.time(), line.words())));
        Instant from = wall(pause.from()).minus(BEFORE);
        Instant to = wall(pause.to()).plus(AFTER);
        return events.stream()
                .filter(event -> !event.time().isBefore(from) && !event.time().isAfter(to))
                .sorted(Comparator.comparing(Event::time))
                .toList();
    }

    private Instant wall(long time) {
        return wall.plusNanos(time - nanos);
    }

    private static String seconds(long nanos) {
        return Metric.show(nanos / 1e9, 2) + " s";
    }
}
