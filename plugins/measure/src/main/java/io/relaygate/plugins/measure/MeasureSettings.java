package io.relaygate.plugins.measure;

import io.relaygate.sdk.Setting;
import java.time.Duration;

/** The bounds of a {@code measure} route. */
public record MeasureSettings(
        @Setting(value = "How many bytes one measurement may move.", byDefault = "268435456", min = "1")
                int mostBytes,
        @Setting(value = "How long one may take.", byDefault = "30s", min = "100ms", max = "5m") Duration mostTime,
        @Setting(value = "How many may go on at once; more are refused.", byDefault = "2", min = "1", max = "100")
                int atOnce) {}
