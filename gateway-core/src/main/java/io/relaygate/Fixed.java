package io.relaygate;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a running gateway cannot change without a restart. */
final class Fixed {

    private Fixed() {}

    /** One line for each setting that differs. */
    static List<String> changes(GatewayConfig before, GatewayConfig after) {
        List<String> changes = new ArrayList<>();
        compare(changes, "stateDir", before.stateFolder(), after.stateFolder());
        compare(changes, "relay", before.relay(), after.relay());
        compare(changes, "admin", before.adminSettings(), after.adminSettings());
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
