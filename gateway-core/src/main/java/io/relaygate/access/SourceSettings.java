package io.relaygate.access;

import io.relaygate.net.Network;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From where clients may connect to a port. */
public record SourceSettings(
        @Setting(value = "Networks that may connect; left out, with `allowFile`, all may.", min = "1", example = "[203.0.113.0/24]")
                List<Network> allow,
        @Setting(value = "A file of further ones, one on each line; `#` begins a comment.", example = "partners.txt")
                @Nullable Path allowFile,
        @Setting(value = "Networks that may not, even where `allow` names them.", min = "1", example = "[203.0.113.66]")
                List<Network> deny,
        @Setting(value = "A file of further ones.", example = "blocked.txt") @Nullable Path denyFile) {}
