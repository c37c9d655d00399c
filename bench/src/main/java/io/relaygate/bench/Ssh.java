package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The command {@code bench/ssh}: what it costs that the ssh plugin ends sessions, or looks at how they begin, beside the tcp plugin and no gateway.
 *
 * @param rounds how many count
 * @param size how large a file is, in MiB
 * @param logins how many logins are one measurement
 * @param words of the command line
 */
record Ssh(int rounds, int size, int logins, List<String> words) {

    /** The word that stands for this command. */
    static final String WORD = "ssh";

    static final String HELP = """
            usage: bench/ssh [OPTION...]

            Edge, relay and site of the built distribution between OpenSSH's programs and OpenSSH's server, beside the server
            alone. The site's route is the tcp plugin, or the ssh plugin, which looks at how sessions begin (passthrough) or
            ends them and carries their channels on (proxy). They take turns, and so does one gateway alone, whose route
            at its own port does the last.

              --rounds N       how often each is measured (7)
              --size MIB       how large the files are (256)
              --logins N       how many logins (9)
              --build          build the distribution first, even if one is there
            """;

    private static final Set<String> OPTIONS = Set.of("--rounds", "--size", "--logins");

    static Ssh of(List<String> words) throws Refusal {
        Map<String, String> given = Options.given(words, Set.of(), OPTIONS);
        return new Ssh(
                Options.count("--rounds", given.getOrDefault("--rounds", "7")),
                Options.count("--size", given.getOrDefault("--size", "256")),
                Options.count("--logins", given.getOrDefault("--logins", "9")),
                words);
    }

    void run(@Nullable Path home, PrintStream out, PrintStream progress) throws IOException, InterruptedException, Refusal {
        if (home == null) {
            throw new Refusal("no distribution is given: start with bench/ssh");
        }
        OpenSsh programs = Programs.openSsh();
        List<Setup> setups = new ArrayList<>(List.of(new Direct()));
        Results measured = ProcessFiles.during(folder -> {
            try (SshServer server = FreePorts.start(() -> SshServer.start(programs, folder))) {
                for (SshRoute route : SshRoute.values()) {
                    setups.add(new SshSet(route, server, home));
                }
                return measure(setups, server, programs, folder, progress);
            }
        });
        String machine = ProcessFiles.during(folder -> Machine.describe(setups, folder));
        List<Setup> tunnelled = setups.subList(0, setups.size() - 1);
        List<Setup> alone = List.of(setups.getFirst(), setups.getLast());
        out.printf("`%s` on %s. Medians of %d rounds; ratios are medians of the ratios of each round, with the least and the most.%n%n%s%n%s",
                String.join(" ", Stream.concat(Stream.of("bench/ssh"), words.stream()).toList()), machine, rounds,
                Table.ofOne(measured, tunnelled, tunnelled.getLast()).markdown(), Table.ofOne(measured, alone, alone.getLast()).markdown());
    }

    /** Starts the setups before the server, and has them take turns. */
    Results measure(List<Setup> setups, SshServer server, OpenSsh programs, Path folder, PrintStream progress) throws IOException, InterruptedException {
        return new Turns(setups, List.of(new SshCopies(size, logins, programs, server)), rounds, progress)
                .measure(new Surroundings(folder, server.child(), server.address(), Certificate.make(folder), Link.NONE));
    }
}
