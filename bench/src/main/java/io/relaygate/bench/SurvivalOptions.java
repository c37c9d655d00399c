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
 * The command line of {@code bench/survive}.
 *
 * @param time how long the relays are hit
 * @param relays how many namespaces there are, hit one at a time
 * @param sites how many site gateways share the hybrid connection
 * @param bulk how many sessions move bulk data both ways
 * @param keys how many sessions type
 * @param rate bytes per second, each way, of each bulk session
 * @param silence the gateways' {@code tunnel.silence}
 * @param gap how long a relay is left alone after it is back
 * @param pause a longer one of a typing session is explained, and logs and stacks are kept
 * @param file size of the file that scp copies, in bytes
 * @param without programs to do without: psql, scp
 * @param home an unpacked distribution in place of the built one, null for none
 */
record SurvivalOptions(
        Duration time,
        int relays,
        int sites,
        int bulk,
        int keys,
        int rate,
        Duration silence,
        Duration gap,
        Duration pause,
        long file,
        Set<String> without,
        @Nullable Path home) {

    static final String HELP = """
            usage: bench/survive [OPTION...]

            Runs relay, edge and site of the built distribution as processes, hits the relay again and again, and shows
            that no session notices more than a pause. Exit code 1 if one was lost, or the counters do not add up.

              --minutes M      how long the relay is hit (10)
              --relays N       namespaces, 1 or 2; two relays are hit one at a time (1)
              --sites N        site gateways on the hybrid connection, 1 or 2; the relay is hit, not they (1)
              --bulk N         sessions that move checked data both ways (50)
              --keys N         sessions that type, and wait for each echo (50)
              --rate KB        kB/s each way of each bulk session (250)
              --silence S      tunnel.silence of the gateways, seconds (3)
              --gap S          how long the relay is left alone after it is back, seconds (4)
              --pause S        a longer pause is shown with what happened meanwhile, and logs and stacks are kept,
                               seconds (silence + 3; with two relays silence + 1)
              --file MIB       what scp copies, MiB (2048; less in less than ten minutes)
              --without LIST   psql, scp: do without these
              --home DIR       an unpacked distribution in place of the built one
              --build          build the distribution first, even if one is there
            """;

    private static final long MIB = 1 << 20;
    private static final double WHOLE_MINUTES = 10;
    private static final long WHOLE_FILE = 2048;

    private static final Set<String> VALUED = Set.of("--minutes", "--relays", "--sites", "--bulk", "--keys", "--rate",
            "--silence", "--gap", "--pause", "--file", "--without", "--home");

    /** Reads the command line behind the word that stands for this command. */
    static SurvivalOptions parse(List<String> words) throws Refusal {
        Map<String, String> given = given(words);
        double minutes = number("--minutes", given.getOrDefault("--minutes", "10"), 0.1, 10_000);
        long usualFile = Math.max(1, Math.round(WHOLE_FILE * Math.min(1, minutes / WHOLE_MINUTES)));
        int relays = (int) number("--relays", given.getOrDefault("--relays", "1"), 1, 2);
        Duration silence = seconds("--silence", given.getOrDefault("--silence", "3"), 0.3);
        // A second for what is to be done after it; with one relay a pause lasts as long as the longest freeze, 2 s more.
        Duration usualPause = silence.plusSeconds(relays == 1 ? 3 : 1);
        String pause = given.get("--pause");
        return new SurvivalOptions(
                Duration.ofMillis(Math.round(minutes * 60_000)),
                relays,
                (int) number("--sites", given.getOrDefault("--sites", "1"), 1, 2),
                (int) number("--bulk", given.getOrDefault("--bulk", "50"), 0, 1000),
                (int) number("--keys", given.getOrDefault("--keys", "50"), 1, 1000),
                (int) (1000 * number("--rate", given.getOrDefault("--rate", "250"), 1, 1_000_000)),
                silence,
                seconds("--gap", given.getOrDefault("--gap", "4"), 0.5),
                pause == null ? usualPause : seconds("--pause", pause, 0.1),
                MIB * (long) number("--file", given.getOrDefault("--file", Long.toString(usualFile)), 1, 1_000_000),
                without(given.getOrDefault("--without", "")),
                home(given.get("--home")));
    }

    private static Map<String, String> given(List<String> words) throws Refusal {
        Map<String, String> given = new HashMap<>();
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String option = rest.removeFirst();
            String value = VALUED.contains(option) ? rest.pollFirst() : null;
            if (value == null) {
                throw new Refusal((VALUED.contains(option) ? "%s lacks its value" : "there is no option '%s'")
                        .formatted(option) + "; --help lists the options");
            }
            given.put(option, value);
        }
        return given;
    }

    private static double number(String option, String value, double least, double most) throws Refusal {
        if (value.matches("[0-9]{1,7}(\\.[0-9]{1,3})?")) {
            double number = Double.parseDouble(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new Refusal("%s wants a number from %s to %s, found '%s'"
                .formatted(option, Metric.show(least, 1), Metric.show(most, 0), value));
    }

    private static Duration seconds(String option, String value, double least) throws Refusal {
        return Duration.ofMillis(Math.round(1000 * number(option, value, least, 300)));
    }

    private static Set<String> without(String list) throws Refusal {
        Set<String> programs = list.isEmpty() ? Set.of() : Set.of(list.split(",", -1));
        for (String program : programs) {
            if (!Set.of("psql", "scp").contains(program)) {
                throw new Refusal("--without: there is no '%s'; there are psql, scp".formatted(program));
            }
        }
        return programs;
    }

    private static @Nullable Path home(@Nullable String value) throws Refusal {
        if (value == null) {
            return null;
        }
        Path folder = Path.of(value).toAbsolutePath();
        if (!Files.isExecutable(folder.resolve("bin/relaygate"))) {
            throw new Refusal("--home: there is no bin/relaygate in " + folder);
        }
        return folder;
    }
}
