package io.relaygate;

import io.relaygate.azure.EntraCredential;
import io.relaygate.config.FileTrouble;
import io.relaygate.config.Problems;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every namespace says where it is and what proves who we are, and somebody uses it. */
final class NamespaceChecks {

    private static final Pattern ENDPOINT =
            Pattern.compile("sb://(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?/?");

    private static final List<String> COMPONENTS = List.of("endpoint", "connectionString", "credential", "caFile");

    private static final Pattern NAMED =
            Pattern.compile("(" + String.join("|", COMPONENTS) + ")(?:\\.(sas|sasKey|sasKeyName))?: (.*)");

    private final Draft draft;

    NamespaceChecks(Draft draft) {
        this.draft = draft;
    }

    /**
     * Checks.
     *
     * @param sites with their defaults
     */
    void run(Collection<SiteSettings> sites) {
        Set<String> used = new HashSet<>();
        sites.forEach(site -> used.addAll(site.namespaces()));
        for (EntryPointSettings entryPoint : draft.settings().entryPoints().values()) {
            used.addAll(entryPoint.namespaces());
        }
        Set<String> dangling = new HashSet<>(used);
        dangling.removeAll(draft.namespaces());
        boolean complete = isComplete();
        draft.settings().namespaces().forEach((name, namespace) -> {
            int before = draft.problems().count();
            check(namespace);
            if (draft.problems().count() == before && COMPONENTS.stream().noneMatch(part -> draft.isWrong(namespace, part))) {
                contents(namespace);
            }
            if (!used.contains(name) && complete) {
                draft.unused(namespace, name, dangling, "no site and no entry point uses this namespace");
            }
        });
    }

    /** Whether everything that could name a namespace could be read. */
    private boolean isComplete() {
        GatewaySettings settings = draft.settings();
        SiteSettings defaults = settings.siteDefaults();
        return settings.entryPoints().values().stream().noneMatch(entryPoint -> draft.isWrong(entryPoint, "namespaces"))
                && settings.sites().values().stream().noneMatch(site -> draft.isWrong(site, "namespaces"))
                && settings.entryPoints().keySet().equals(draft.origins().names(settings.entryPoints()))
                && settings.sites().keySet().equals(draft.origins().names(settings.sites()))
                && (defaults == null
                        ? !draft.isWrong(settings, "siteDefaults")
                        : !draft.isWrong(defaults, "namespaces"));
    }

    /** What the files and secrets hold, which the relay's client knows. */
    private void contents(NamespaceSettings namespace) {
        try {
            AzureRelay.check(namespace);
        } catch (IllegalArgumentException e) {
            complain(namespace, String.valueOf(e.getMessage()));
        }
    }

    /** Puts a message that begins with a setting, {@code credential.sas: ...}, to the place of that setting. */
    private void complain(NamespaceSettings namespace, String message) {
        Matcher named = NAMED.matcher(message);
        if (!named.matches()) {
            draft.wrong(namespace, message);
        } else if (named.group(2) != null && namespace.credential() != null) {
            draft.wrong(namespace.credential(), named.group(2), named.group(3));
        } else {
            draft.wrong(namespace, named.group(1), named.group(3));
        }
    }

    private void check(NamespaceSettings namespace) {
        if (namespace.caFile() != null) {
            String trouble = FileTrouble.of(namespace.caFile());
            if (trouble != null) {
                draft.wrong(namespace, "caFile", trouble);
            }
        }
        if (draft.gives(namespace, "connectionString")) {
            for (String other : new String[] {"endpoint", "credential"}) {
                if (draft.gives(namespace, other)) {
                    draft.wrong(namespace, other, "the connection string says this already; give one of the two");
                }
            }
            return;
        }
        if (!draft.gives(namespace, "endpoint") && !draft.gives(namespace, "credential")) {
            draft.wrong(namespace, "needs `connectionString:`, or `endpoint:` and `credential:`");
            return;
        }
        if (!draft.gives(namespace, "endpoint")) {
            draft.wrong(namespace, "endpoint", "is missing");
        } else if (namespace.endpoint() != null) {
            endpoint(namespace, namespace.endpoint());
        }
        if (!draft.gives(namespace, "credential")) {
            draft.wrong(namespace, "credential", "is missing");
        } else if (namespace.credential() != null) {
            credential(namespace.credential());
        }
    }

    private void endpoint(NamespaceSettings namespace, String endpoint) {
        if (endpoint.contains(";") || endpoint.toLowerCase(Locale.ROOT).contains("sharedaccess")) {
            // It may hold a key, so it is not repeated.
            draft.wrong(namespace, "endpoint", "expected an address only; put a connection string into a file and write"
                    + " `connectionString: ${file:NAME}`");
        } else if (!ENDPOINT.matcher(endpoint).matches()) {
            draft.wrong(namespace, "endpoint", "expected sb://NAME.servicebus.windows.net/ or sb://HOST:PORT/, found "
                    + Problems.quote(endpoint));
        }
    }

    private void credential(Credential credential) {
        EntraCredential identity = credential.entra();
        if (identity != null) {
            for (String key : new String[] {"sasKeyName", "sasKey", "sas"}) {
                if (draft.gives(credential, key)) {
                    draft.wrong(credential, key, "an identity of Microsoft Entra needs no key; give one of the two");
                    return;
                }
            }
            new IdentityFiles(draft).run(credential, identity, identity.trouble());
            return;
        }
        boolean name = draft.gives(credential, "sasKeyName");
        boolean key = draft.gives(credential, "sasKey");
        if (draft.gives(credential, "sas")) {
            if (name || key) {
                draft.wrong(credential, "sas", "a ready-made token needs no key; give one of the two");
            }
        } else if (!name && !key) {
            draft.wrong(credential, "needs `sasKeyName:` and `sasKey:`, `sas:`, or an identity, `managedIdentity: system`");
        } else if (!name) {
            draft.wrong(credential, "sasKeyName", "is missing");
        } else if (!key) {
            draft.wrong(credential, "sasKey", "is missing");
        }
    }
}
