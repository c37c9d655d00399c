package io.relaygate.tunnel;

import io.relaygate.sdk.Setting;
import java.time.Duration;

/** How lanes behave. */
public record TunnelSettings(
        @Setting(value = "How many lanes an edge keeps to each site; each is one relay connection.", byDefault = "2", min = "1", max = "16")
                int lanes,
        @Setting(value = "How long sessions outlive the relay connections of their lane.", byDefault = "60s", min = "1s", max = "1h")
                Duration hold,
        @Setting(value = "After how long without a byte a relay connection is lost; the peer is asked three times as often.",
                        byDefault = "15s", min = "300ms", max = "5m")
                Duration silence,
        @Setting(value = "Bytes that a lane keeps at the most until the other end holds them.", byDefault = "16777216",
                        min = "262144", max = "1073741824")
                int retention,
        @Setting(value = "At what age a relay connection is replaced by a new one.", byDefault = "20h", min = "1s")
                Duration replaceAfter) {

    /** What is used where nothing is said. */
    public static final TunnelSettings USUAL = new TunnelSettings(
            2, Duration.ofSeconds(60), Duration.ofSeconds(15), 16 * 1024 * 1024, Duration.ofHours(20));

    Timing timing() {
        return Timing.of(silence.dividedBy(3), silence);
    }
}
