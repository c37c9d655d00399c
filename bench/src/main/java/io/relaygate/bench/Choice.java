package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to run, as the options say.
 *
 * @param setups in the order of the columns of the table of loopback
 * @param linkSetups the same over links: without what adds nothing there
 * @param workloads in the order of the rows
 */
record Choice(List<Setup> setups, List<Setup> linkSetups, List<Workload> workloads) {

    static final String HAPROXY = "haproxy";
    private static final String OPENSSH = "openssh";

    /** Our own: in a tunnel, in one whose carriers are sealed, or plain, with the relay in the edge (2) or apart (1). */
    static final List<String> OURS = List.of("tunnel2", "sealed2", "plain2", "tunnel1", "plain1");

    /** What a process has open besides its sessions, at most. */
    private static final int OTHER_DESCRIPTORS = 500;

    /**
     * Finds out what the chosen setups and workloads need, and refuses if it is not there.
     *
     * @param built the built distribution, unpacked; null if there is none
     */
    static Choice of(Options options, @Nullable Path built) throws IOException, Refusal {
        Path home = options.home() == null ? built : options.home();
        List<Setup> setups = setups(options, home);
        Choice choice = new Choice(setups, linkSetups(setups, options), Workloads.chosen(options));
        if (choice.workloads().stream().anyMatch(IdleMemory.class::isInstance)) {
            refuseTooManySessions(options.sessions(), setups, ProcFs.openFiles());
        }
        return choice;
    }

    /** One for loopback and one for each link, as far as there are workloads for them. */
    List<Stage> stages() {
        Map<Link, List<Workload>> byLink = new LinkedHashMap<>();
        workloads.forEach(workload -> byLink.computeIfAbsent(workload.link(), l -> new ArrayList<>()).add(workload));
        List<Stage> stages = new ArrayList<>();
        byLink.forEach((link, own) -> stages.add(new Stage(link, link.isNone() ? setups : linkSetups, own)));
        return stages;
    }

    /** Over a link a relay apart is one hop of loopback more, and loopback itself is no link: both only when asked for. */
    private static List<Setup> linkSetups(List<Setup> setups, Options options) {
        return options.setups().isEmpty()
                ? setups.stream().filter(setup -> !setup.name().equals("direct") && !setup.name().endsWith("1")).toList()
                : setups;
    }

    /** Refuses at once what would fail after a while, with {@code files} that a process may have open. */
    static void refuseTooManySessions(int sessions, List<Setup> setups, long files) throws Refusal {
        for (Setup setup : setups) {
            long most = (files - OTHER_DESCRIPTORS) / setup.descriptorsPerSession();
            if (sessions > most) {
                throw new Refusal("a process may have %d files open, enough for %d sessions of %s and not for %d; "
                        .formatted(files, most, setup.name(), sessions)
                        + "raise the hard limit (ulimit -H -n), or choose other --setups or fewer --sessions");
            }
        }
    }

    private static List<Setup> setups(Options options, @Nullable Path home) throws Refusal {
        List<String> names = new ArrayList<>(List.of("direct", HAPROXY, OPENSSH));
        names.addAll(OURS);
        if (options.baseline() != null) {
            OURS.forEach(name -> names.add(RelaygateSet.BASELINE + name));
        }
        refuseUnknown(options.setups(), names);
        if (!options.setups().isEmpty()) {
            names.retainAll(options.setups());
        }
        List<Setup> setups = new ArrayList<>();
        for (String name : names) {
            setups.add(switch (name) {
                case "direct" -> new Direct();
                case HAPROXY -> new HaproxyHop(Programs.haproxy());
                case OPENSSH -> Programs.openSsh();
                default -> name.startsWith(RelaygateSet.BASELINE)
                        ? RelaygateSet.of(name, present(options.baseline()))
                        : RelaygateSet.of(name, present(home));
            });
        }
        return List.copyOf(setups);
    }

    private static void refuseUnknown(List<String> given, List<String> known) throws Refusal {
        for (String word : given) {
            if (!known.contains(word)) {
                throw new Refusal("--setups: there is no '%s'; there are %s".formatted(word, String.join(", ", known)));
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
