package io.relaygate.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param rounds how many rounds are counted
 * @param window how long each measurement takes
 * @param warmUp how long each workload runs against each setup before the first round
 * @param sessions how many sessions the workload memory holds
 * @param only names of workloads, whole or up to a hyphen; empty for all
 * @param setups names of setups; empty for all
 * @param home an unpacked distribution to measure in place of the built one, null for none
 * @param baseline another one to compare with, null for none
 * @param write the document that the table goes into, null for none
 */
record Options(
        int rounds,
        Duration window,
        Duration warmUp,
        int sessions,
        List<String> only,
        List<String> setups,
        @Nullable Path home,
        @Nullable Path baseline,
        @Nullable Path write) {

    /** Fewer rounds are not worth writing down. */
    static final int ROUNDS_TO_WRITE = 7;

    /** More rounds than this are too long for what takes long. */
    private static final int MOST_SLOW_ROUNDS = 3;

    static final String HELP = """
            usage: bench/run [OPTION...]

            Measures the distribution beside HAProxy's TLS hop, OpenSSH's reverse forwarding and direct loopback, and prints
            two tables: on loopback alone, and over a link between the two sides that is long or slow.

              --rounds N       rounds that count (7); memory, long and slow have 3 at most
              --seconds S      length of one measurement (2)
              --warmup S       how long each workload runs against each setup before the first round (2)
              --sessions N     idle sessions that the workload memory holds (1000)
              --only LIST      workloads, separated by commas: bulk (bulk-up, bulk-down, bulk-up-1, bulk-down-16,
                               bulk-up-100, ...), ping, busy-ping (beside 16 streams), connections, memory; over links:
                               long (one stream: long-50ms-down, long-100ms-down, long-100ms-1gbit-up, ...),
                               slow (20 Mbit/s, 50 ms: slow-ping, and beside one stream slow-ping-up, slow-ping-down)
              --setups LIST    direct, haproxy, openssh; tunnel2, sealed2 (TLS from edge to site inside the relay),
                               plain2 (the relay in the edge), tunnel1, plain1 (the relay apart). Over links those
                               with a 1 and direct only if they are named here
              --baseline DIR   an unpacked distribution to compare with: setups baseline-tunnel2, ...
              --home DIR       an unpacked distribution to measure in place of the built one
              --build          build the distribution first, even if one is there
              --write          write the tables into docs/performance.md; only for a full run of 7 rounds or more

            RELAYGATE_JAVA_OPTS reaches every RelayGate process; in it, {process} stands for the process's name, such as
            tunnel2-edge.
            """;

    /** How many rounds are counted of what takes long: fresh processes for each measurement, and links. */
    int slowRounds() {
        return Math.min(rounds, MOST_SLOW_ROUNDS);
    }

    /** Options that stand alone; all others have a value. */
    private static final Set<String> FLAGS = Set.of("--write");

    private static final Set<String> VALUED =
            Set.of("--rounds", "--seconds", "--warmup", "--sessions", "--only", "--setups", "--home", "--baseline");

    /** Reads the command line; {@code document} is where {@code --write} writes. */
    static Options parse(List<String> words, Path document) throws Refusal {
        Map<String, String> given = given(words, FLAGS, VALUED);
        Options options = new Options(
                count("--rounds", given.getOrDefault("--rounds", "7")),
                seconds("--seconds", given.getOrDefault("--seconds", "2")),
                seconds("--warmup", given.getOrDefault("--warmup", "2")),
                count("--sessions", given.getOrDefault("--sessions", "1000")),
                list(given.get("--only")),
                list(given.get("--setups")),
                distribution("--home", given.get("--home")),
                distribution("--baseline", given.get("--baseline")),
                given.containsKey("--write") ? document : null);
        options.refuseToWriteLess();
        return options;
    }

    /** The options with their values, of those that stand alone and those that have one. */
    static Map<String, String> given(List<String> words, Set<String> flags, Set<String> valued) throws Refusal {
        Map<String, String> given = new HashMap<>();
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String option = rest.removeFirst();
            String value = flags.contains(option) ? "" : valued.contains(option) ? rest.pollFirst() : null;
            if (value == null) {
                throw new Refusal((valued.contains(option) ? "%s lacks its value" : "there is no option '%s'")
                        .formatted(option) + "; --help lists the options");
            }
            given.put(option, value);
        }
        return given;
    }

    private void refuseToWriteLess() throws Refusal {
        boolean whole = only.isEmpty() && setups.isEmpty() && home == null && baseline == null;
        if (write != null && (!whole || rounds < ROUNDS_TO_WRITE)) {
            throw new Refusal("--write is for a full run of the built distribution with at least %d rounds: leave out "
                    .formatted(ROUNDS_TO_WRITE) + "--only, --setups, --home and --baseline");
        }
    }

    static List<String> list(@Nullable String value) {
        return value == null ? List.of() : List.of(value.split(",", -1));
    }

    static int count(String option, String value) throws Refusal {
        if (value.matches("[1-9][0-9]{0,5}")) {
            return Integer.parseInt(value);
        }
        throw new Refusal("%s wants a whole number from 1 on, found '%s'".formatted(option, value));
    }

    private static Duration seconds(String option, String value) throws Refusal {
        if (value.matches("[0-9]{1,4}(\\.[0-9]{1,3})?") && Double.parseDouble(value) > 0) {
            return Duration.ofMillis(Math.round(Double.parseDouble(value) * 1000));
        }
        throw new Refusal("%s wants seconds, such as 2 or 0.5, found '%s'".formatted(option, value));
    }

    static @Nullable Path distribution(String option, @Nullable String value) throws Refusal {
        if (value == null) {
            return null;
        }
        Path folder = Path.of(value).toAbsolutePath();
        if (Files.isExecutable(folder.resolve("bin/relaygate"))) {
            return folder;
        }
        throw new Refusal("%s: there is no bin/relaygate in %s".formatted(option, folder));
    }
}
