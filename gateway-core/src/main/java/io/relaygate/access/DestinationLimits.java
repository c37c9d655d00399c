package io.relaygate.access;

import io.relaygate.sdk.Setting;
import org.jspecify.annotations.Nullable;

/** How much of a destination sessions may use, all together. */
public record DestinationLimits(
        @Setting(value = "How many sessions may be connected to it at once.", min = "1", example = "200") @Nullable Integer sessions,
        @Setting(value = "How many sessions may connect to it in a second.", min = "1", example = "50") @Nullable Integer newPerSecond,
        @Setting(value = "How many bytes may go to and from it in a second, those of both directions together.", min = "1024",
                        example = "10000000")
                @Nullable Long bytesPerSecond) {}
