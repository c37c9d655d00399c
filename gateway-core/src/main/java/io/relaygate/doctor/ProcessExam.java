package io.relaygate.doctor;

import io.relaygate.GatewayConfig;
import io.relaygate.entrypoint.EntryPointSettings;

/** What the system lets the process have. */
final class ProcessExam {

    /** With fewer, even an idle gateway with its jars, its lanes and a hundred sessions is at the end. */
    static final long LEAST = 1024;

    /** For jars, lanes, control channels and the admin port. */
    private static final long OWN = 256;

    private ProcessExam() {}

    /** How many all sessions that the entry points take would need. */
    static long needed(GatewayConfig config) {
        return OWN + 2 * config.settings().entryPoints().values().stream().mapToLong(EntryPointSettings::maxSessions).sum();
    }

    static Finding descriptors(long limit, long needed) {
        String what = "open files";
        String raise = "raise `ulimit -Hn`, or `LimitNOFILE=` of the unit, to " + Math.max(needed, 65_536)
                + (needed > LEAST ? ", or lower `maxSessions` of the entry points" : "");
        if (limit < 0) {
            return Finding.skip(what, "this platform does not tell its limit");
        }
        if (limit < LEAST) {
            return Finding.fail(what, "no more than " + limit + " may be open at once, which is too few for a gateway", raise);
        }
        return limit < needed
                ? Finding.warn(what, "no more than " + limit + " may be open at once, and all sessions that may come need " + needed, raise)
                : Finding.ok(what, limit + " may be open at once, " + (needed == 0 ? "which is plenty" : "and " + needed + " are needed at the most"));
    }
}
