package io.relaygate;

import io.relaygate.access.SenderSettings;
import io.relaygate.config.FileRights;
import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.net.GatewayKey;
import io.relaygate.net.Pin;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who pins the keys of others has one, and no key is of two edges. */
final class TrustChecks {

    private final Draft draft;
    private final GatewaySettings settings;
    private final Map<String, SiteSettings> sites;

    TrustChecks(Draft draft, Map<String, SiteSettings> sites) {
        this.draft = draft;
        this.settings = draft.settings();
        this.sites = sites;
    }

    /** What a relay could see or say; no mistake, but to be known. */
    static List<String> notes(GatewayConfig config) {
        List<String> notes = new ArrayList<>();
        config.settings().entryPoints().forEach((name, entryPoint) -> {
            if (entryPoint.hybridConnection() == null) {
                return;
            }
            if (entryPoint.mode() == Mode.PLAIN) {
                notes.add("entry point " + name + ": in plain mode nobody says who calls");
            } else if (config.settings().senders().isEmpty()) {
                notes.add("entry point " + name + ": what edges say of callers does not count, since none is known by its key (`senders:`)");
            }
        });
        config.sites().forEach((name, site) -> {
            if (!site.isSealed()) {
                notes.add("site " + name + ": the relay can read what clients do not encrypt, since carriers are not sealed (`pins:`)");
            }
        });
        config.settings().destinations().forEach((name, destination) -> {
            if (destination.tls() != null && destination.tls().insecureSkipVerify()) {
                notes.add("destination " + name + ": whoever answers is believed (`tls.insecureSkipVerify`)");
            }
        });
        return notes;
    }

    /** Whether a configuration needs a key of this gateway. */
    static boolean needKey(GatewaySettings settings, Collection<SiteSettings> sites) {
        return !settings.senders().isEmpty() || sites.stream().anyMatch(SiteSettings::isSealed);
    }

    void run(Path stateDir) {
        sites.forEach((name, site) -> {
            if (site.isSealed() && site.mode() == Mode.PLAIN) {
                SiteSettings given = settings.sites().get(name);
                Record owner = given != null && draft.gives(given, "pins") ? given : settings.siteDefaults();
                draft.wrong(owner == null ? settings : owner, "pins", "site " + Problems.quote(name)
                        + " is in plain mode, which cannot be sealed; only `mode: tunnel` can");
            }
        });
        senders();
        if (needKey(settings, sites.values())) {
            key(GatewayConfig.keyFile(settings, stateDir));
        }
    }

    private void senders() {
        Map<Pin, String> owners = new HashMap<>();
        settings.senders().forEach((name, sender) -> unique(name, sender, owners));
        boolean tunnels = settings.entryPoints().values().stream()
                .anyMatch(entryPoint -> entryPoint.hybridConnection() != null && entryPoint.mode() == Mode.TUNNEL);
        if (!settings.senders().isEmpty() && !tunnels && !draft.isWrong(settings, "entryPoints")) {
            draft.wrong(settings, "senders", "no edge can come: there is no entry point with `hybridConnection:` and `mode: tunnel`");
        }
    }

    private void unique(String name, SenderSettings sender, Map<Pin, String> owners) {
        for (int i = 0; i < sender.pins().size(); i++) {
            String other = owners.putIfAbsent(sender.pins().get(i), name);
            if (other != null) {
                draft.wrong(sender, "pins", sender.pins(), i, "sender " + Problems.quote(other) + " has the same key");
            }
        }
    }

    private void key(Path file) {
        String component = draft.gives(settings, "identity") ? "identity" : settings.senders().isEmpty() ? "sites" : "senders";
        if (!Files.exists(file)) {
            draft.wrong(settings, component, "this gateway has no key yet for others to pin: no file " + file
                    + "; `relaygate identity` makes it");
            return;
        }
        String trouble = draft.gives(settings, "identity") ? null : FileRights.readableByOthers(file);
        if (trouble != null && draft.refusesInsecureFiles()) {
            draft.wrong(settings, component, trouble);
        }
        try {
            GatewayKey.read(file);
        } catch (IOException e) {
            draft.wrong(settings, component, String.valueOf(e.getMessage()));
        }
    }
}
