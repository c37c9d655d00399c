package io.relaygate;

import io.relaygate.access.identity.IdentityProviderSettings;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.access.identity.IdentityRule;
import io.relaygate.config.FileRights;
import io.relaygate.config.Problems;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every identity provider is one thing, can read its files, and is named by a route. */
final class IdentityChecks {

    private static final List<String> KINDS = List.of(
            "passwords", "tokens", "publicKeys", "certificateAuthorities", "oneTimeCodes", "clientCertificates");

    private final Draft draft;
    private final Map<String, IdentityProviderSettings> providers;

    IdentityChecks(Draft draft) {
        this.draft = draft;
        this.providers = draft.settings().identityProviders();
    }

    void run() {
        Set<String> used = new HashSet<>();
        boolean unreadable = false;
        for (RouteSettings route : draft.settings().routes()) {
            unreadable |= draft.isWrong(route, "identityProviders");
            route.identityProviders().forEach(rule -> used.addAll(rule.providers()));
            rules(route);
        }
        Set<String> dangling = new HashSet<>(used);
        dangling.removeAll(providers.keySet());
        for (Map.Entry<String, IdentityProviderSettings> each : providers.entrySet()) {
            provider(each.getKey(), each.getValue());
            if (!used.contains(each.getKey()) && !unreadable) {
                draft.unused(each.getValue(), each.getKey(), dangling, "no route names this identity provider");
            }
        }
    }

    /**
     * Somebody must ask clients for what the identity providers judge. Not even a client certificate that an entry point has
     * taken comes to them by itself.
     */
    static void asks(Draft draft, RouteSettings route, Protocol<?> protocol) {
        if (draft.gives(route, "identityProviders") && !protocol.judges()) {
            draft.wrong(route, "identityProviders", "protocol " + Problems.quote(protocol.name()) + " asks nobody for credentials, so "
                    + "nobody would get in; name a protocol that does, or leave them out and let the entry point prove who calls (`tls:` with `clients:`)");
        }
    }

    private void rules(RouteSettings route) {
        List<IdentityRule> rules = route.identityProviders();
        Set<String> known = draft.origins().names(providers);
        for (int i = 0; i < rules.size(); i++) {
            IdentityRule rule = rules.get(i);
            List<String> missing = rule.providers().stream().filter(name -> !known.contains(name)).toList();
            Set<String> kinds = new HashSet<>();
            boolean twice = rule.providers().stream().anyMatch(name -> providers.containsKey(name) && !kinds.add(kind(providers.get(name))));
            if (!missing.isEmpty()) {
                draft.wrong(route, "identityProviders", rules, i, Draft.unknown("identity provider", missing.getFirst(), known));
            } else if (twice) {
                draft.wrong(route, "identityProviders", rules, i, "asks for two credentials of one kind, and a client shows one of each");
            } else if (kinds.equals(Set.of("oneTimeCodes"))) {
                draft.wrong(route, "identityProviders", rules, i, "a one-time code alone proves too little; write it beside another "
                        + "identity provider, as in " + Problems.quote("staff + " + rule));
            } else if (rules.indexOf(rule) < i) {
                draft.wrong(route, "identityProviders", rules, i, Problems.quote(rule.toString()) + " is named twice");
            }
        }
    }

    private String kind(IdentityProviderSettings provider) {
        return KINDS.stream().filter(each -> draft.gives(provider, each)).findFirst().orElse("");
    }

    private void provider(String name, IdentityProviderSettings provider) {
        List<String> given = KINDS.stream().filter(each -> draft.gives(provider, each)).toList();
        if (given.size() != 1) {
            draft.wrong(provider, given.isEmpty()
                    ? "says nothing; give one of " + String.join(", ", KINDS)
                    : "is one of " + String.join(", ", given) + ", and not several");
            return;
        }
        if (draft.isWrong(provider, given.getFirst())) {
            return;
        }
        IdentityProviderSettings.Tokens tokens = provider.tokens();
        if (tokens != null) {
            if (tokens(tokens)) {
                return;
            }
        }
        secret(provider.passwords(), provider.passwords() == null ? null : provider.passwords().file());
        secret(provider.oneTimeCodes(), provider.oneTimeCodes() == null ? null : provider.oneTimeCodes().file());
        try {
            IdentityProviders.check(name, provider);
        } catch (IOException e) {
            draft.wrong(provider, given.getFirst(), String.valueOf(e.getMessage()));
        }
    }

    /** Hashes of passwords and keys of codes are for nobody else's eyes. */
    private void secret(@Nullable Record owner, @Nullable Path file) {
        String trouble = owner == null || file == null ? null : FileRights.readableByOthers(file);
        if (owner != null && trouble != null && draft.refusesInsecureFiles()) {
            draft.wrong(owner, "file", trouble);
        }
    }

    /** Whether something is wrong with them. */
    private boolean tokens(IdentityProviderSettings.Tokens tokens) {
        int before = draft.problems().count();
        boolean file = draft.gives(tokens, "jwksFile");
        if (file && draft.gives(tokens, "jwks")) {
            draft.wrong(tokens, "jwksFile", "the keys are in a file, or at `jwks:`, and not both");
        }
        boolean secure = tokens.jwks() == null
                ? tokens.issuer() != null && tokens.issuer().matches("https://[^/]+.*")
                : "https".equals(tokens.jwks().uri().getScheme());
        boolean plain = tokens.privateNetworks() && (tokens.jwks() != null || tokens.issuer().matches("http://[^/]+.*"));
        if (!file && !draft.isWrong(tokens, "jwks") && !draft.isWrong(tokens, "issuer") && !secure && !plain) {
            draft.wrong(tokens, tokens.jwks() == null ? "issuer" : "jwks", "the issuer's keys are fetched over https, unless `privateNetworks: "
                    + "true` permits http");
        }
        return draft.problems().count() > before;
    }
}
