package io.relaygate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a running gateway cannot change without a restart. */
final class Fixed {

    private Fixed() {}

    /** One line for each setting that differs. */
    static List<String> changes(GatewayConfig old, GatewayConfig changed) {
        List<String> changes = new ArrayList<>();
        GatewaySettings before = old.settings();
        GatewaySettings after = changed.settings();
        compare(changes, "stateDir", old.stateDir(), changed.stateDir());
        compare(changes, "relay", before.relay(), after.relay());
        compare(changes, "admin", before.admin(), after.admin());
        compare(changes, "health", before.health(), after.health());
        compare(changes, "plugins", before.plugins(), after.plugins());
        compare(changes, "log", before.log(), after.log());
        return changes;
    }

    private static void compare(
            List<String> changes,
            String key,
            @Nullable Object before,
            @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            changes.add(key + ": a change of this setting needs a restart");
        }
    }
}
