package io.relaygate.cli;

import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with a configuration, for a terminal. */
final class Problems {

    private Problems() {}

    /** One line for each problem, and one that counts them. */
    static List<String> lines(ConfigException e) {
        List<String> lines = new ArrayList<>(e.problems().stream().map(Problem::toString).toList());
        lines.add(count(lines.size()));
        return lines;
    }

    static String count(int problems) {
        return problems == 1 ? "1 problem in the configuration" : problems + " problems in the configuration";
    }
}
