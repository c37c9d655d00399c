package io.relaygate.access;

import io.relaygate.sdk.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How much of an entry point clients may use. Bytes are those of both directions together. */
public record LimitSettings(
        @Setting(value = "How many sessions may begin in a second, from all sources together.", min = "1", example = "500")
                @Nullable Integer newPerSecond,
        @Setting(value = "How many bytes may go in a second, those of all sessions and both directions together; more are delayed.",
                        min = "1024", example = "100000000")
                @Nullable Long bytesPerSecond,
        @Setting(value = "How many bytes of one session may go in a second.", min = "1024", example = "5000000")
                @Nullable Long bytesPerSecondPerSession,
        @Setting(value = "How many sessions of one source may be open at once.", min = "1", example = "100")
                @Nullable Integer sessionsPerSource,
        @Setting(value = "How many sessions of one source may begin in a second.", min = "1", example = "20")
                @Nullable Integer newPerSecondPerSource,
        @Setting(value = "How many bytes of all sessions of one source may go in a second.", min = "1024", example = "10000000")
                @Nullable Long bytesPerSecondPerSource,
        @Setting(value = "How many sessions of one caller, who has proven a name, may be connected to a destination at once.",
                        min = "1", example = "100")
                @Nullable Integer sessionsPerCaller,
        @Setting(value = "How many sessions of one caller may be connected in a second.", min = "1", example = "20")
                @Nullable Integer newPerSecondPerCaller,
        @Setting(value = "How many bytes of all sessions of one caller may go in a second.", min = "1024", example = "10000000")
                @Nullable Long bytesPerSecondPerCaller,
        @Setting("When a source is locked out.") @Nullable Lockout lockout) {

    /** Whether some are callers'. */
    public boolean hasCallers() {
        return sessionsPerCaller != null || newPerSecondPerCaller != null || bytesPerSecondPerCaller != null;
    }

    /** A source that was refused again and again is refused at once for a while. */
    public record Lockout(
            @Setting(value = "How many refusals lock a source out.", byDefault = "20", min = "1") int refusals,
            @Setting(value = "Within what time they count.", byDefault = "1m", min = "1s") Duration within,
            @Setting(value = "How long the source is locked out.", byDefault = "5m", min = "1s") Duration duration) {}
}
