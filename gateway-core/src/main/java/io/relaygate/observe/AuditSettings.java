package io.relaygate.observe;

import io.relaygate.sdk.Setting;
import java.nio.file.Path;

/** The audit: a record of every session, and of every connection to a destination. */
public record AuditSettings(
        @Setting(value = "The file that takes the records, one JSON object on each line; for this gateway alone.",
                        required = true, example = "/var/log/relaygate/audit.jsonl")
                Path file,
        @Setting(value = "How large the file gets before it is renamed, with `.1` at its end, and a new one begins; at "
                        + "least 64KiB.",
                        byDefault = "100MiB")
                FileSize maxSize,
        @Setting(value = "How many renamed files are kept.", byDefault = "10", min = "1", max = "1000") int keep,
        @Setting(value = "When records cannot be written: `drop` counts those that found no room to wait, `refuse` also takes "
                        + "no new sessions until they are written again.",
                        byDefault = "drop")
                WhenFull whenFull) {

    private static final long LEAST = 64 * 1024;

    /** Refuses a file that would be renamed all the time. */
    public AuditSettings {
        if (maxSize != null && maxSize.bytes() < LEAST) {
            throw new IllegalArgumentException("maxSize must be at least 64KiB");
        }
    }

    /** What counts more where not both can be had. */
    public enum WhenFull {
        /** The sessions. */
        DROP,
        /** The records. */
        REFUSE
    }
}
