package io.relaygate.cli;

import java.util.List;

/** Ends a command: what to tell, one line each, and the code to exit with. */
final class Failure extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final transient List<String> lines;

    Failure(int code, String line) {
        this(code, List.of(line));
    }

    Failure(int code, List<String> lines) {
        super(String.join("\n", lines));
        this.code = code;
        this.lines = List.copyOf(lines);
    }

    int code() {
        return code;
    }

    List<String> lines() {
        return lines;
    }
}
