package io.relaygate.access.identity;

import io.relaygate.observe.LoginRefused.Cause;
import io.relaygate.sdk.Credential;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why credentials prove nothing, for the audit.
 *
 * @param kinds the kinds that were refused
 * @param providers the identity providers that were asked
 * @param claimed the name that the client says it has, if one of the route's providers knows it; else null
 * @param reason why, in words
 */
public record Denial(Set<Credential.Kind> kinds, List<String> providers, @Nullable String claimed, Cause cause, String reason) {

    /** Keeps its own copies. */
    public Denial {
        kinds = Set.copyOf(kinds);
        providers = List.copyOf(providers);
    }
}
