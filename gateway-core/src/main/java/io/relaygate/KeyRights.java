package io.relaygate;

import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.relay.server.RelaySettings.Right;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of namespaces that can do more than they are here for, as far as that is known without asking: from the name that Azure
 * gives to the key that may do everything, and of the relay in this process from what is written there.
 */
public final class KeyRights {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRights.class);

    /** Azure makes it with each namespace, with every right, and so does the embedded relay. */
    private static final String ROOT = "RootManageSharedAccessKey";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final GatewayConfig config;

    private KeyRights(GatewayConfig config) {
        this.config = config;
    }

    /**
     * A key that can do too much.
     *
     * @param what the namespace, as the configuration names it
     * @param found what its key can do
     * @param todo what to give in its place
     */
    public record Warning(String what, String found, String todo) {

        @Override
        public String toString() {
            return what + ": " + found + "; " + todo;
        }
    }

    /** All that are known. */
    public static List<Warning> warnings(GatewayConfig config) {
        KeyRights rights = new KeyRights(config);
        List<Warning> warnings = new ArrayList<>();
        config.settings().namespaces().forEach((name, namespace) -> {
            Warning warning = rights.warning(name, namespace);
            if (warning != null) {
                warnings.add(warning);
            }
        });
        return warnings;
    }

    /** Tells the log of them. */
    static void warn(GatewayConfig config) {
        warnings(config).forEach(warning -> LOG.atWarn().addKeyValue("setting", warning.what()).log("{}; {}", warning.found(), warning.todo()));
    }

    /**
     * What to say of a key that has other rights than it needs.
     *
     * @param needed what it is here for
     * @param excess what else it can do
     */
    public static Warning tooMuch(String what, @Nullable String keyName, Set<Right> needed, Set<Right> excess, String hybridConnection) {
        String harm = needed.contains(Right.SEND) ? "pose as a site" : "reach every service of this site";
        String right = words(needed);
        return new Warning(what, "its key" + (keyName == null ? "" : " '" + keyName + "'") + " may " + words(excess) + " too, and has to " + right
                + " alone: who takes it from here can " + (excess.contains(Right.MANAGE) ? "do everything in the namespace" : harm),
                "give a key that may " + right + " alone, as `relaygate relay-keys " + hybridConnection + "` says");
    }

    private static String words(Set<Right> rights) {
        return rights.stream().map(right -> right.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(" and "));
    }

    private @Nullable Warning warning(String name, NamespaceSettings namespace) {
        Set<String> listening = new TreeSet<>();
        for (EntryPointSettings entryPoint : config.settings().entryPoints().values()) {
            if (entryPoint.namespaces().contains(name)) {
                listening.add(Objects.requireNonNull(entryPoint.hybridConnection()));
            }
        }
        Set<String> sending = new TreeSet<>();
        for (SiteSettings site : config.sites().values()) {
            if (site.namespaces().contains(name)) {
                sending.add(Objects.requireNonNull(site.hybridConnection()));
            }
        }
        Set<Right> needed = EnumSet.noneOf(Right.class);
        if (!listening.isEmpty()) {
            needed.add(Right.LISTEN);
        }
        if (!sending.isEmpty()) {
            needed.add(Right.SEND);
        }
        String key = AzureRelay.keyName(namespace);
        Set<String> all = new TreeSet<>(listening);
        all.addAll(sending);
        for (String hybridConnection : all) {
            Set<Right> excess = rights(namespace, key, hybridConnection);
            excess.removeAll(needed);
            if (!excess.isEmpty()) {
                return tooMuch("namespaces." + name, key, needed, excess, hybridConnection);
            }
        }
        return null;
    }

    /** Empty if nothing is known. */
    private Set<Right> rights(NamespaceSettings namespace, @Nullable String key, String hybridConnection) {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        RelaySettings relay = config.settings().relay();
        if (key != null && relay != null && isOwn(relay, namespace)) {
            RelaySettings.HybridConnection there = relay.hybridConnections().get(hybridConnection);
            RelaySettings.Key own = there == null ? null : there.keys().get(key);
            RelaySettings.Key found = own == null ? relay.keys().get(key) : own;
            if (found != null) {
                rights.addAll(found.rights());
                return rights;
            }
        }
        if (ROOT.equals(key)) {
            rights.add(Right.MANAGE);
        }
        return rights;
    }

    private static boolean isOwn(RelaySettings relay, NamespaceSettings namespace) {
        String host = AzureRelay.host(namespace).toLowerCase(Locale.ROOT);
        boolean named = LOOPBACK.contains(host) || relay.hosts().stream().anyMatch(host::equalsIgnoreCase);
        return named && relay.listen() != null && relay.listen().port() == AzureRelay.port(namespace);
    }
}
