package io.relaygate;

import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.relay.Wire;
import io.relaygate.tunnel.Mode;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives every site what {@code siteDefaults} say, and checks that it then says all. */
final class SiteChecks {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final SiteSettings NOTHING = new SiteSettings(List.of(), null, List.of(), null, null, null, List.of());

    private final Draft draft;
    private final SiteSettings defaults;

    SiteChecks(Draft draft) {
        this.draft = draft;
        SiteSettings given = draft.settings().siteDefaults();
        this.defaults = given == null ? NOTHING : given;
    }

    /** The sites with their defaults filled in, in the order of the configuration. */
    Map<String, SiteSettings> run() {
        Map<String, SiteSettings> resolved = new LinkedHashMap<>();
        Map<String, String> owners = new HashMap<>();
        if (draft.settings().siteDefaults() != null) {
            draft.namespaces(defaults, defaults.namespaces(), null);
        }
        draft.settings().sites().forEach((name, site) -> {
            SiteSettings full = resolve(name, site);
            check(site, full);
            alone(name, site, full, owners);
            resolved.put(name, full);
        });
        return resolved;
    }

    private SiteSettings resolve(String name, SiteSettings site) {
        String pattern = draft.gives(site, "hybridConnection") ? site.hybridConnection() : defaults.hybridConnection();
        Duration timeout = Objects.requireNonNullElse(
                site.connectTimeout() == null ? defaults.connectTimeout() : site.connectTimeout(), CONNECT_TIMEOUT);
        return new SiteSettings(
                draft.gives(site, "namespaces") ? site.namespaces() : defaults.namespaces(),
                pattern == null ? null : pattern.replace("{site}", name),
                draft.gives(site, "services") ? site.services() : defaults.services(),
                Objects.requireNonNullElse(site.mode() == null ? defaults.mode() : site.mode(), Mode.TUNNEL),
                Objects.requireNonNullElse(site.wire() == null ? defaults.wire() : site.wire(), Wire.RELAYGATE),
                timeout,
                draft.gives(site, "pins") ? site.pins() : defaults.pins());
    }

    private void check(SiteSettings site, SiteSettings full) {
        needs(site, "namespaces", full.namespaces().isEmpty());
        needs(site, "hybridConnection", full.hybridConnection() == null);
        needs(site, "services", full.services().isEmpty());
        if (full.wire() == Wire.AZBRIDGE && full.mode() == Mode.TUNNEL) {
            draft.wrong(draft.gives(site, "wire") ? site : defaults, "wire", "azbridge knows no tunnel; give the site `mode: plain` too");
        }
        String hybridConnection = full.hybridConnection();
        String trouble = hybridConnection == null ? null : RelayChecks.hybridConnectionTrouble(hybridConnection);
        if (trouble != null) {
            draft.wrong(site, "hybridConnection", trouble);
            return;
        }
        if (draft.gives(site, "namespaces")) {
            draft.namespaces(site, full.namespaces(), hybridConnection);
        } else if (full.namespaces().contains(Draft.EMBEDDED)) {
            draft.namespaces(site, List.of(Draft.EMBEDDED), hybridConnection);
        }
    }

    private void needs(SiteSettings site, String component, boolean empty) {
        boolean given = draft.gives(site, component) || (draft.settings().siteDefaults() != null && draft.gives(defaults, component));
        if (empty && !given) {
            draft.wrong(site, component, "is missing, here and in siteDefaults");
        }
    }

    /** Two sites on one hybrid connection would take each other's sessions. */
    private void alone(String name, SiteSettings site, SiteSettings full, Map<String, String> owners) {
        @Nullable String hybridConnection = full.hybridConnection();
        if (hybridConnection == null) {
            return;
        }
        for (String namespace : full.namespaces()) {
            String other = owners.putIfAbsent(namespace + " " + hybridConnection, name);
            if (other != null && !other.equals(name)) {
                draft.wrong(site, "hybridConnection", "site " + Problems.quote(other) + " has the same hybrid connection "
                        + Problems.quote(hybridConnection) + " in namespace " + Problems.quote(namespace)
                        + "; write {site} into its name, or make it one site");
                return;
            }
        }
    }
}
