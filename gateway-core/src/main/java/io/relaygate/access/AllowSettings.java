package io.relaygate.access;

import io.relaygate.net.Network;
import io.relaygate.sdk.Setting;
import java.util.List;

/** Who may use a route or reach a destination; everything that is said must be true. */
public record AllowSettings(
        @Setting(value = "Networks that the source must be in.", min = "1", example = "[203.0.113.0/24]") List<Network> networks,
        @Setting(value = "Proven callers, of whom it must be one; `*` stands for any text.", min = "1",
                        example = "[alice@contoso.com, \"*.apps.contoso.com\"]")
                List<CallerPattern> callers,
        @Setting(value = "Groups, of which a proven caller must be in one.", min = "1", example = "[ops, dba]") List<String> groups,
        @Setting(value = "Entry points, of which it must have arrived at one.", min = "1", example = "[vpn]") List<String> entryPoints,
        @Setting(value = "Edges (`senders:`), of which one must have proven that it sends.", min = "1", example = "[weu]")
                List<String> senders,
        @Setting(value = "Hours, in some of which it must be asked for: days, times and a zone; every day and UTC where these "
                        + "are left out.",
                        min = "1", example = "[\"mon-fri 07:00-19:00 Europe/Oslo\"]")
                List<Hours> times) {

    /** Whether it says nothing, which allows nobody. */
    public boolean isEmpty() {
        return networks.isEmpty() && callers.isEmpty() && groups.isEmpty() && entryPoints.isEmpty() && senders.isEmpty()
                && times.isEmpty();
    }

    /** Whether nobody is allowed who has not proven a name. */
    public boolean needsProof() {
        return !callers.isEmpty() || !groups.isEmpty();
    }
}
