package io.relaygate.relay.server;

import io.relaygate.relay.SasToken;
import io.relaygate.relay.SharedKey;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import io.relaygate.relay.server.RelaySettings.Right;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may do what: a token names a key and what it is for; the key is looked for at the hybrid connection and then at
 * the namespace. The scheme and port of the token's resource do not count, since clients differ in them.
 */
final class AccessRules {

    private static final Logger LOG = LoggerFactory.getLogger(AccessRules.class);

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> hosts;
    private final Map<String, RelaySettings.Key> namespaceKeys;
    private final Map<String, HybridConnection> hybridConnections;
    private final boolean takesLongScopes;

    /**
     * Rules.
     *
     * @param hosts which tokens may name, besides those of loopback
     * @param takesLongScopes whether a token may be for more of a path than the hybrid connection's
     */
    AccessRules(
            List<String> hosts,
            Map<String, RelaySettings.Key> namespaceKeys,
            Map<String, HybridConnection> hybridConnections,
            boolean takesLongScopes) {
        this.hosts = Stream.concat(hosts.stream().map(h -> h.toLowerCase(Locale.ROOT)), LOOPBACK.stream())
                .collect(Collectors.toUnmodifiableSet());
        this.namespaceKeys = namespaceKeys;
        this.hybridConnections = hybridConnections;
        this.takesLongScopes = takesLongScopes;
    }

    /** What came of it. */
    sealed interface Verdict {

        /** Allowed, until the token ends. */
        record Granted(Instant until) implements Verdict {}

        /** Not allowed. */
        record Denied(Answer answer) implements Verdict {}
    }

    /**
     * Judges a token.
     *
     * @param token as it came, or null if none came
     * @param path what was asked for, the hybrid connection and what follows it
     * @param entity the hybrid connection, or null if it does not exist
     * @param wanted for which a key with MANAGE will do, too
     */
    Verdict judge(@Nullable String token, String path, @Nullable String entity, Right wanted, Instant now) {
        if (token == null || token.isBlank()) {
            return new Verdict.Denied(Answer.NO_TOKEN);
        }
        SasToken read;
        try {
            read = SasToken.parse(token);
        } catch (IllegalArgumentException e) {
            return new Verdict.Denied(Answer.MALFORMED_TOKEN);
        }
        boolean beyond = entity != null && read.path().length() > entity.length();
        if (!hosts.contains(read.host()) || !read.covers(path) || (beyond && !takesLongScopes)) {
            return new Verdict.Denied(Answer.WRONG_AUDIENCE);
        }
        HybridConnection connection = entity == null ? null : hybridConnections.get(entity);
        RelaySettings.Key key = keyOf(read, connection == null ? Map.of() : connection.keys());
        if (key == null) {
            return new Verdict.Denied(Answer.WRONG_SIGNATURE);
        }
        if (!read.expires().isAfter(now)) {
            return new Verdict.Denied(Answer.EXPIRED_TOKEN);
        }
        return key.rights().contains(wanted) || key.rights().contains(Right.MANAGE)
                ? new Verdict.Granted(read.expires())
                : new Verdict.Denied(Answer.lacks(wanted));
    }

    private RelaySettings.@Nullable Key keyOf(SasToken token, Map<String, RelaySettings.Key> entityKeys) {
        for (Map<String, RelaySettings.Key> level : List.of(entityKeys, namespaceKeys)) {
            for (Map.Entry<String, RelaySettings.Key> entry : level.entrySet()) {
                RelaySettings.Key key = entry.getValue();
                if (token.isSignedBy(entry.getKey()) && (made(token, key.primary()) || made(token, key.secondary()))) {
                    return key;
                }
            }
        }
        return null;
    }

    private static boolean made(SasToken token, @Nullable Secret key) {
        if (key == null) {
            return false;
        }
        try {
            return SharedKey.with(key, chars -> chars.length > 0 && token.verify(chars));
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("secret", key).log("a key of the relay cannot be read: {}", e.getMessage());
            return false;
        }
    }
}
