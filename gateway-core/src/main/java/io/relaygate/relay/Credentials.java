package io.relaygate.relay;

import io.relaygate.azure.EntraCredential;
import io.relaygate.azure.EntraTokens;
import io.relaygate.azure.Identities;
import io.relaygate.net.WayOut;
import io.relaygate.relay.ConnectionString.Endpoint;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What proves to a namespace who we are. Secrets are read anew for every token, so that a rotated one takes effect at
 * once; signing costs microseconds, and tokens of Microsoft Entra are shared by all who are the same identity. Any thread.
 */
final class Credentials {

    /** As the official clients have it. */
    static final Duration LIFETIME = Duration.ofHours(1);

    /** How soon to look again whether there is a new token, when there was none in time. */
    private static final Duration STALE = Duration.ofSeconds(5);

    private final NamespaceSettings settings;
    private final Duration lifetime;
    private final Endpoint endpoint;
    private final @Nullable EntraTokens tokens;

    /** Reads and checks the settings, for what they say; without tokens of an identity. */
    Credentials(NamespaceSettings settings) {
        this(settings, LIFETIME, null, WayOut.straight());
    }

    /**
     * Reads and checks the settings.
     *
     * @param lifetime of tokens that are signed here
     * @param identities where tokens of Microsoft Entra come from; null if none will be asked for
     * @param out how Microsoft Entra is reached
     * @throws IllegalArgumentException if they contradict each other or a secret cannot be read
     */
    Credentials(NamespaceSettings settings, Duration lifetime, @Nullable Identities identities, WayOut out) {
        this.settings = settings;
        this.lifetime = lifetime;
        Secret connectionString = settings.connectionString();
        String address = settings.endpoint();
        if ((connectionString == null) == (address == null)) {
            throw new IllegalArgumentException("give either connectionString, or endpoint with a credential");
        }
        try {
            if (connectionString != null) {
                if (settings.credential() != null) {
                    throw new IllegalArgumentException("credential: connectionString has its own");
                }
                this.endpoint = parsed(connectionString, ConnectionString::endpoint);
            } else if (address != null) {
                this.endpoint = readEndpoint(address);
                check(settings.credential());
            } else {
                throw new IllegalStateException("one of the two is there");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        EntraCredential entra = settings.entra();
        this.tokens = entra == null || identities == null ? null : identities.of(entra, settings.caFile(), out);
    }

    /**
     * What shows who we are.
     *
     * @param text a token; a text, because it goes into a header: of all that is secret here, tokens alone are texts
     * @param renewAfter after how long another one is to be shown; null if there will be no other
     */
    record Proof(String text, @Nullable Duration renewAfter) {

        /** Without the token. */
        @Override
        public String toString() {
            return "proof, to be renewed after " + renewAfter;
        }
    }

    /** Whether we are an identity of Microsoft Entra, and not the holder of a key. */
    boolean isIdentity() {
        return settings.entra() != null;
    }

    /** How it has gone with the tokens of the identity; null without one. */
    EntraTokens.@Nullable Count count() {
        return tokens == null ? null : tokens.count();
    }

    /** Where the namespace is. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** The only hybrid connection that the connection string is for, or null. */
    @Nullable String onlyFor() {
        Secret connectionString = settings.connectionString();
        try {
            return connectionString == null
                    ? null
                    : parsed(connectionString, ConnectionString::entityPath);
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /** The name of the key that signs, or has signed; null if there is none or it cannot be read. */
    @Nullable String keyName() {
        Secret connectionString = settings.connectionString();
        Credential credential = settings.credential();
        try {
            if (connectionString != null) {
                return parsed(connectionString, c -> c.signature() == null ? c.keyName() : SasToken.parse(c.signature()).keyName());
            }
            return credential == null || credential.sas() == null
                    ? credential == null ? null : credential.sasKeyName()
                    : credential.sas().with(text -> SasToken.parse(new String(text)).keyName());
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /** The text of {@link #proof}. */
    @Nullable String token(String hybridConnection, Instant now, Instant deadline) throws IOException {
        Proof proof = proof(hybridConnection, now, deadline);
        return proof == null ? null : proof.text();
    }

    /**
     * What to show at one hybrid connection, or null where there is no credential.
     *
     * @param now the relay's time
     * @param deadline when to give up asking for a token
     * @throws IOException if a secret cannot be read or has become unreadable, or Microsoft Entra gives no token
     */
    @Nullable Proof proof(String hybridConnection, Instant now, Instant deadline) throws IOException {
        String resource = SasToken.resource(endpoint.host(), hybridConnection);
        Instant expires = now.plus(lifetime);
        Secret connectionString = settings.connectionString();
        if (connectionString != null) {
            return parsed(connectionString, c -> c.signature() != null
                    ? new Proof(c.signature(), null)
                    : signed(SasToken.mint(resource, given(c.keyName()), given(c.key()), expires)));
        }
        Credential credential = settings.credential();
        if (credential == null) {
            return null;
        }
        if (credential.entra() != null) {
            return ofIdentity(given(tokens).token(credential.resource(), deadline));
        }
        if (credential.sas() != null) {
            return new Proof(credential.sas().with(text -> new String(text).strip()), null);
        }
        String name = given(credential.sasKeyName());
        return SharedKey.with(given(credential.sasKey()), key -> signed(SasToken.mint(resource, name, key, expires)));
    }

    /** Signing costs nothing, so that it is renewed early; many channels do not do so at once. */
    private Proof signed(SasToken token) {
        long jitter = ThreadLocalRandom.current().nextLong(lifetime.toMillis() / 10 + 1);
        return new Proof(token.text(), lifetime.multipliedBy(3).dividedBy(4).minusMillis(jitter));
    }

    /** A little after all that have this one may have another, of which one is fetched for all. */
    private static Proof ofIdentity(EntraTokens.Token token) {
        Duration fresh = token.fresh();
        if (!fresh.isPositive()) {
            return new Proof(token.value(), STALE);
        }
        long jitter = ThreadLocalRandom.current().nextLong(Math.min(60_000, fresh.toMillis() / 20) + 1);
        return new Proof(token.value(), fresh.plusMillis(jitter));
    }

    private static void check(@Nullable Credential credential) throws IOException {
        if (credential == null) {
            return;
        }
        EntraCredential entra = credential.entra();
        if (entra != null) {
            if (credential.sasKeyName() != null || credential.sasKey() != null || credential.sas() != null) {
                throw new IllegalArgumentException("credential: give a key, a ready-made token or an identity, one of them");
            }
            if (entra.trouble() != null) {
                throw new IllegalArgumentException("credential: " + entra.trouble());
            }
            try {
                entra.checkFiles();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("credential." + e.getMessage(), e);
            }
            return;
        }
        if ((credential.sasKeyName() == null) != (credential.sasKey() == null)) {
            throw new IllegalArgumentException("credential: sasKeyName and sasKey belong together");
        }
        if ((credential.sasKey() == null) == (credential.sas() == null)) {
            throw new IllegalArgumentException("credential: give either sasKeyName and sasKey, or sas");
        }
        if (credential.sas() != null) {
            try {
                credential.sas().with(text -> SasToken.parse(new String(text)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("credential.sas: " + e.getMessage(), e);
            }
        } else if (SharedKey.with(given(credential.sasKey()), key -> key.length == 0)) {
            throw new IllegalArgumentException("credential.sasKey: the key is empty");
        }
    }

    private static Endpoint readEndpoint(String address) {
        try {
            return Endpoint.parse(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("endpoint: " + e.getMessage(), e);
        }
    }

    private static <T> T parsed(Secret text, Function<ConnectionString, T> use) throws IOException {
        try {
            return text.with(chars -> {
                try (ConnectionString read = ConnectionString.parse(chars)) {
                    return use.apply(read);
                }
            });
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("connectionString: " + e.getMessage(), e);
        }
    }

    private static <T> T given(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the constructor has checked it");
        }
        return value;
    }
}
