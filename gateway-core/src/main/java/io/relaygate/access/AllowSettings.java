package io.relaygate.access;

import io.relaygate.sdk.Setting;
import java.util.List;

/** Who may use a route; everything that is said must be true. */
public record AllowSettings(
        @Setting(value = "Networks that the source must be in.", min = "1", example = "[203.0.113.0/24]") List<Network> networks,
        @Setting(value = "Proven callers, of whom it must be one; `*` stands for any text.", min = "1",
                        example = "[alice@contoso.com, \"*.apps.contoso.com\"]")
                List<CallerPattern> callers) {}
