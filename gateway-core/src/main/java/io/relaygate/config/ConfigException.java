package io.relaygate.config;

import java.util.List;
import java.util.stream.Collectors;

/** Says that a configuration cannot be used, with everything that is wrong in it. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /** The message is one line for each problem. */
    public ConfigException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong, at least one problem, by file, line and column. */
    public List<Problem> problems() {
        return problems;
    }
}
