package io.relaygate.access;

import io.relaygate.sdk.Setting;
import org.jspecify.annotations.Nullable;

/** How much the sessions of one edge may use, all together. */
public record SenderLimits(
        @Setting(value = "How many of its sessions may be open at once.", min = "1", example = "500") @Nullable Integer sessions,
        @Setting(value = "How many of its sessions may begin in a second.", min = "1", example = "100") @Nullable Integer newPerSecond,
        @Setting(value = "How many bytes of all its sessions may go in a second, those of both directions together.", min = "1024",
                        example = "50000000")
                @Nullable Long bytesPerSecond) {}
