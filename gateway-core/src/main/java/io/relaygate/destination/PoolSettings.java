package io.relaygate.destination;

import io.relaygate.sdk.Setting;
import java.time.Duration;

/** How many connections that nobody uses a destination keeps, and how long. */
public record PoolSettings(
        @Setting(value = "How many of its connections are kept when nobody uses them, for the next use by the same caller.",
                        byDefault = "256", min = "1", max = "10000")
                int mostIdle,
        @Setting(value = "How long one is kept that nobody uses.", byDefault = "30s", min = "100ms", max = "1h") Duration idleTime) {

    /** What holds if nothing is said. */
    public static final PoolSettings USUAL = new PoolSettings(256, Duration.ofSeconds(30));
}
