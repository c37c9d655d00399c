package io.relaygate;

import io.relaygate.relay.server.RelaySettings;
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
        compare(changes, "site", before.site(), after.site());
        compare(changes, "stateDir", old.stateDir(), changed.stateDir());
        compare(changes, "admin", before.admin(), after.admin());
        compare(changes, "plugins", before.plugins(), after.plugins());
        compare(changes, "watchPlugins", before.watchPlugins(), after.watchPlugins());
        compare(changes, "tunnel", before.tunnel(), after.tunnel());
        compare(changes, "audit", before.audit(), after.audit());
        relay(changes, before.relay(), after.relay());
        return changes;
    }

    private static void relay(List<String> changes, @Nullable RelaySettings before, @Nullable RelaySettings after) {
        if (before == null || after == null) {
            compare(changes, "relay", before, after);
            return;
        }
        compare(changes, "relay.listen", before.listen(), after.listen());
        compare(changes, "relay.handshakeTimeout", before.handshakeTimeout(), after.handshakeTimeout());
        compare(changes, "relay.maxHandshakes", before.maxHandshakes(), after.maxHandshakes());
        compare(changes, "relay.maxWaitingSenders", before.maxWaitingSenders(), after.maxWaitingSenders());
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
