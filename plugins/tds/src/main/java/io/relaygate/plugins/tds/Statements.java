package io.relaygate.plugins.tds;

import io.relaygate.sdk.Metrics;
import io.relaygate.sdk.RouteContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is counted of a route's statements and logins. Any thread. */
final class Statements {

    /** Errors that say something about a system; clients can raise any number, and each would be a number for ever. */
    private static final Set<Integer> KNOWN = Set.of(
            102, 156, 207, 208, 229, 515, 547, 701, 1105, 1205, 1222, 2601, 2627, 2628, 3960, 4060, 8114, 8134, 8152, 8645, 8651, 9002, 18456);

    private static final List<Double> SECONDS = List.of(0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0);

    private final Metrics.Counter logins;
    private final Metrics.Counter statements;
    private final Metrics.Counter rows;
    private final Metrics.Counter errors;
    private final Metrics.Histogram seconds;

    Statements(RouteContext context) {
        Metrics metrics = context.metrics();
        logins = metrics.counter("logins", "Logins by what the server, or the gateway, has made of them.", "result");
        statements = metrics.counter("statements", "Statements and calls by what has become of them.", "result");
        rows = metrics.counter("rows", "Rows that statements have given or changed, as the server counts them.");
        errors = metrics.counter("errors", "Errors of statements by their numbers, as far as these are well known.", "number");
        seconds = metrics.histogram("statement_seconds", "Time from a statement's last byte to the last byte of its answer.", SECONDS);
    }

    /** What has become of a login or statement. */
    enum Result {
        ACCEPTED,
        REFUSED,
        DONE,
        FAILED,
        DENIED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void login(Result result) {
        logins.add(1, result.label());
    }

    void statement(Result result, double took, long counted, int error) {
        statements.add(1, result.label());
        seconds.observe(took);
        rows.add(counted);
        if (error != 0) {
            errors.add(1, KNOWN.contains(error) ? Integer.toString(error) : "other");
        }
    }
}
