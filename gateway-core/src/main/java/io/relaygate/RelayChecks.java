package io.relaygate;

import io.relaygate.config.FileTrouble;
import io.relaygate.config.Problems;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The embedded relay shows itself beyond this machine only with a certificate and keys that somebody gave. */
final class RelayChecks {

    private static final Pattern HYBRID_CONNECTION = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?");
    private static final Pattern KEY_NAME = Pattern.compile("[A-Za-z0-9._-]{1,256}");

    private static final int LONGEST_METADATA = 1024;

    private final Draft draft;

    RelayChecks(Draft draft) {
        this.draft = draft;
    }

    /** Null, or why a text is no path of a hybrid connection. */
    static @Nullable String hybridConnectionTrouble(String path) {
        return HYBRID_CONNECTION.matcher(path).matches() && !path.contains("//")
                ? null
                : "a hybrid connection has 1 to 260 letters, digits, '.', '_' or '-' in parts divided by '/', and begins"
                        + " and ends with a letter or digit, found " + Problems.quote(path);
    }

    void run() {
        RelaySettings relay = draft.settings().relay();
        if (relay == null) {
            return;
        }
        keyNames(relay, relay.keys());
        relay.hybridConnections().forEach((path, hybridConnection) -> {
            String trouble = hybridConnectionTrouble(path);
            if (trouble != null) {
                draft.wrong(hybridConnection, trouble);
            }
            keyNames(hybridConnection, hybridConnection.keys());
            metadata(hybridConnection);
        });
        cuts(relay);
        if (relay.tls() != null) {
            file(relay.tls(), "certificate", relay.tls().certificate());
            file(relay.tls(), "key", relay.tls().key());
        }
        if (!draft.gives(relay, "listen")) {
            portless(relay);
        } else if (relay.listen() != null && !Draft.isLoopback(relay.listen())) {
            beyondLoopback(relay);
        }
    }

    private void keyNames(Record owner, Map<String, RelaySettings.Key> keys) {
        keys.forEach((name, key) -> {
            if (!KEY_NAME.matcher(name).matches()) {
                draft.wrong(owner, "keys", keys, name, "a key's name has 1 to 256 letters, digits, '.', '_' or '-', found "
                        + Problems.quote(name));
            }
        });
    }

    private void cuts(RelaySettings relay) {
        RelaySettings.Cuts cuts = relay.cuts();
        if (cuts != null && relay.profile() != RelaySettings.Profile.PESSIMISTIC) {
            draft.wrong(relay, "cuts", "is for `profile: pessimistic` alone");
        }
        if (cuts != null && cuts.from().compareTo(cuts.to()) > 0) {
            draft.wrong(cuts, "from", "is longer than `to`");
        }
    }

    private void metadata(HybridConnection hybridConnection) {
        String text = hybridConnection.userMetadata();
        if (text != null && text.length() > LONGEST_METADATA) {
            draft.wrong(hybridConnection, "userMetadata", "has at most " + LONGEST_METADATA + " characters, found " + text.length());
        } else if (text != null && text.chars().anyMatch(c -> c < ' ' && c != '\t' && c != '\n')) {
            draft.wrong(hybridConnection, "userMetadata", "has a control character");
        }
    }

    private void file(Record owner, String component, @Nullable Path path) {
        String trouble = path == null ? null : FileTrouble.of(path);
        if (trouble != null) {
            draft.wrong(owner, component, trouble);
        }
    }

    private void portless(RelaySettings relay) {
        boolean used = draft.settings().sites().values().stream().anyMatch(site -> site.namespaces().contains(Draft.EMBEDDED))
                || draft.settings().entryPoints().values().stream()
                        .anyMatch(entryPoint -> entryPoint.namespaces().contains(Draft.EMBEDDED))
                || (draft.settings().siteDefaults() != null
                        && draft.settings().siteDefaults().namespaces().contains(Draft.EMBEDDED));
        if (!used) {
            draft.wrong(relay, "nothing reaches this relay: give `listen:`, or name the namespace 'embedded' in a site or an"
                    + " entry point");
        }
    }

    private void beyondLoopback(RelaySettings relay) {
        if (!draft.gives(relay, "tls")) {
            draft.wrong(relay, "listen", "beyond this machine the relay needs `tls:` with a certificate of yours; without one"
                    + " it may listen on 127.0.0.1, [::1] or localhost");
        }
        given(relay.keys());
        relay.hybridConnections().values().forEach(hybridConnection -> {
            given(hybridConnection.keys());
            keyed(relay, hybridConnection);
        });
    }

    private void given(Map<String, RelaySettings.Key> keys) {
        for (RelaySettings.Key key : keys.values()) {
            if (!draft.gives(key, "primary")) {
                draft.wrong(key, "primary", "is missing; a generated key serves only a relay that listens on this machine alone");
            }
        }
    }

    private void keyed(RelaySettings relay, HybridConnection hybridConnection) {
        if (!draft.gives(relay, "keys") && !draft.gives(hybridConnection, "keys")) {
            draft.wrong(hybridConnection, "no key opens this hybrid connection; give it `keys:`, or the relay");
        }
    }
}
