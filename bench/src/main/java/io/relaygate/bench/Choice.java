package io.relaygate.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to run, as the options say.
 *
 * @param setups in the order of the table's columns
 * @param workloads in the order of its rows
 */
record Choice(List<Setup> setups, List<Workload> workloads) {

    static final String HAPROXY = "haproxy";

    /** Our own: in a tunnel or plain, with the relay in the edge (2) or apart (1). */
    static final List<String> OURS = List.of("tunnel2", "plain2", "tunnel1", "plain1");

    /**
     * Finds out what the chosen setups and workloads need, and refuses if it is not there.
     *
     * @param built the built distribution, unpacked; null if there is none
     */
    static Choice of(Options options, @Nullable Path built) throws Refusal {
        Path home = options.home() == null ? built : options.home();
        return new Choice(setups(options, home), workloads(options));
    }

    private static List<Setup> setups(Options options, @Nullable Path home) throws Refusal {
        List<String> names = new ArrayList<>(List.of("direct", HAPROXY));
        names.addAll(OURS);
        if (options.baseline() != null) {
            OURS.forEach(name -> names.add(RelaygateSet.BASELINE + name));
        }
        refuseUnknown("--setups", options.setups(), names);
        if (!options.setups().isEmpty()) {
            names.retainAll(options.setups());
        }
        List<Setup> setups = new ArrayList<>();
        for (String name : names) {
            setups.add(switch (name) {
                case "direct" -> new Direct();
                case HAPROXY -> new HaproxyHop(Programs.haproxy());
                default -> name.startsWith(RelaygateSet.BASELINE)
                        ? RelaygateSet.of(name, present(options.baseline()))
                        : RelaygateSet.of(name, present(home));
            });
        }
        return List.copyOf(setups);
    }

    private static List<Workload> workloads(Options options) throws Refusal {
        List<Workload> workloads = new ArrayList<>(List.of(
                new Bulk(Bulk.Direction.UP, 1),
                new Bulk(Bulk.Direction.DOWN, 1),
                new Bulk(Bulk.Direction.UP, 16),
                new Bulk(Bulk.Direction.DOWN, 16),
                new PingPong(),
                new Connections()));
        List<String> words = new ArrayList<>(List.of("bulk", "bulk-up", "bulk-down", "memory"));
        workloads.forEach(workload -> words.add(workload.name()));
        refuseUnknown("--only", options.only(), words);
        workloads.removeIf(workload -> !isChosen(workload.name(), options));
        if (isChosen("memory", options)) {
            workloads.add(new IdleMemory(options.sessions(), Programs.jcmd()));
        }
        return List.copyOf(workloads);
    }

    private static boolean isChosen(String workload, Options options) {
        return options.only().isEmpty()
                || options.only().stream().anyMatch(word -> workload.equals(word) || workload.startsWith(word + "-"));
    }

    private static void refuseUnknown(String option, List<String> given, List<String> known) throws Refusal {
        for (String word : given) {
            if (!known.contains(word)) {
                throw new Refusal("%s: there is no '%s'; there are %s".formatted(option, word, String.join(", ", known)));
            }
        }
    }

    private static Path present(@Nullable Path home) throws Refusal {
        if (home == null) {
            throw new Refusal("no distribution is given: start with bench/run, or use --home");
        }
        return home;
    }
}
