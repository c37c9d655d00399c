package io.relaygate.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All that there is to load with, in the order of the rows of the tables. */
final class Workloads {

    private static final Link FAR = new Link(Duration.ofMillis(50), 0);
    private static final Link FARTHER = new Link(Duration.ofMillis(100), 0);
    private static final Link FARTHER_WITH_RATE = new Link(Duration.ofMillis(100), 1000);
    private static final Link FARTHEST = new Link(Duration.ofMillis(200), 0);
    private static final Link SLOW = new Link(Duration.ofMillis(50), 20);

    private static final String MEMORY = "memory";

    private static final List<Workload> WITHOUT_MEMORY = List.of(
            new Bulk(Direction.UP, 1),
            new Bulk(Direction.DOWN, 1),
            new Bulk(Direction.UP, 16),
            new Bulk(Direction.DOWN, 16),
            new Bulk(Direction.UP, 100),
            new Bulk(Direction.DOWN, 100),
            new PingPong(),
            new PingBeside(8, 8, Link.NONE),
            new Connections(),
            new LongBulk(Direction.DOWN, FAR),
            new LongBulk(Direction.DOWN, FARTHER),
            new LongBulk(Direction.UP, FARTHER_WITH_RATE),
            new LongBulk(Direction.DOWN, FARTHER_WITH_RATE),
            new LongBulk(Direction.DOWN, FARTHEST),
            new PingBeside(0, 0, SLOW),
            new PingBeside(1, 0, SLOW),
            new PingBeside(0, 1, SLOW));

    private Workloads() {}

    /** Those that the options name, and refuses a word that names none. */
    static List<Workload> chosen(Options options) throws Refusal {
        refuseUnknown(options.only());
        List<Workload> chosen = new ArrayList<>(WITHOUT_MEMORY);
        chosen.removeIf(workload -> !isChosen(workload.name(), options.only()));
        if (isChosen(MEMORY, options.only())) {
            chosen.add(new IdleMemory(options.sessions(), Programs.jcmd()));
        }
        return List.copyOf(chosen);
    }

    private static boolean isChosen(String workload, List<String> only) {
        return only.isEmpty() || only.stream().anyMatch(word -> workload.equals(word) || workload.startsWith(word + "-"));
    }

    private static void refuseUnknown(List<String> only) throws Refusal {
        List<String> names = new ArrayList<>(WITHOUT_MEMORY.stream().map(Workload::name).toList());
        names.add(MEMORY);
        for (String word : only) {
            if (names.stream().noneMatch(name -> isChosen(name, List.of(word)))) {
                throw new Refusal("--only: there is no '%s'; there are %s".formatted(word, String.join(", ", names)));
            }
        }
    }
}
