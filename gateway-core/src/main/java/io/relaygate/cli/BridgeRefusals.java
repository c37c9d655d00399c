package io.relaygate.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What azbridge knows and {@code relaygate bridge} does not: each is refused with what to do in its place. */
final class BridgeRefusals {

    @Option(names = "-H", hidden = true, arity = "0..1", fallbackValue = "")
    private List<String> http = List.of();

    @Option(names = "-R", hidden = true, arity = "0..1", fallbackValue = "")
    private List<String> old = List.of();

    @Option(names = "-f", hidden = true, arity = "0..1", fallbackValue = "")
    private @Nullable String file;

    @Option(names = "-o", hidden = true, arity = "0..1", fallbackValue = "")
    private List<String> overrides = List.of();

    @Option(names = {"-I", "-U", "--svc", "-svc"}, hidden = true)
    private boolean service;

    /** Refuses the first one that was given. */
    void check() throws Failure {
        if (!http.isEmpty()) {
            throw instead("-H", "listens for HTTP requests, which it does not; clients that connect by a WebSocket, such as -L, can use -T");
        } else if (!old.isEmpty()) {
            throw instead("-R", "is azbridge's old form of -T: write -T RELAY:[NAME/][HOST:]PORT");
        } else if (file != null) {
            throw instead("-f", "names azbridge's own configuration; write `entryPoints:` with `wire: azbridge`, or `sites:` with it, for `relaygate run -c FILE`");
        } else if (!overrides.isEmpty()) {
            throw instead("-o", "overrides azbridge's own configuration; use the options for each, or `relaygate run -c FILE`");
        } else if (service) {
            throw instead("-I, -U and --svc", "concern Windows services; use what starts other programs there, or systemd");
        }
    }

    private static Failure instead(String option, String words) {
        return new Failure(Exit.USAGE, option + " " + words);
    }
}
