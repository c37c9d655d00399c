package io.relaygate.access;

import io.relaygate.sdk.Setting;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How much of a port clients may use. */
public record LimitSettings(
        @Setting(value = "How many sessions may begin in a second, from all sources together.", min = "1", example = "500")
                @Nullable Integer newPerSecond,
        @Setting(value = "How many sessions of one source may be open at once.", min = "1", example = "100")
                @Nullable Integer sessionsPerSource,
        @Setting(value = "How many sessions of one source may begin in a second.", min = "1", example = "20")
                @Nullable Integer newPerSecondPerSource,
        @Setting("When a source is locked out.") @Nullable Lockout lockout) {

    /** A source that was refused again and again is refused at once for a while. */
    public record Lockout(
            @Setting(value = "How many refusals lock a source out.", byDefault = "20", min = "1") int refusals,
            @Setting(value = "Within what time they count.", byDefault = "1m", min = "1s") Duration within,
            @Setting(value = "How long the source is locked out.", byDefault = "5m", min = "1s") Duration duration) {}
}
