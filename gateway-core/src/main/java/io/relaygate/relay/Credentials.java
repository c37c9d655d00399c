package io.relaygate.relay;

import io.relaygate.relay.ConnectionString.Endpoint;
import io.relaygate.relay.NamespaceSettings.Credential;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What proves to a namespace who we are. Secrets are read anew for every token, so that a rotated one takes effect at
 * once; signing costs microseconds. Any thread.
 */
final class Credentials {

    /** As the official clients have it. */
    static final Duration LIFETIME = Duration.ofHours(1);

    private final NamespaceSettings settings;
    private final Duration lifetime;
    private final Endpoint endpoint;

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException if they contradict each other or a secret cannot be read
     */
    Credentials(NamespaceSettings settings, Duration lifetime) {
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
    }

    /** Where the namespace is. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** Whether tokens are made here; a ready-made one can only be used up. */
    boolean renewable() {
        Secret connectionString = settings.connectionString();
        try {
            return connectionString != null
                    ? parsed(connectionString, c -> c.key() != null)
                    : settings.credential() != null && settings.credential().sasKey() != null;
        } catch (IOException e) {
            return true;
        }
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

    /**
     * A token for one hybrid connection, or null where there is no credential. A text, because it goes into a header: of all that is
     * secret here, tokens alone are texts.
     *
     * @param now the relay's time
     * @throws IOException if a secret cannot be read or has become unreadable
     */
    @Nullable String token(String hybridConnection, Instant now) throws IOException {
        String resource = SasToken.resource(endpoint.host(), hybridConnection);
        Instant expires = now.plus(lifetime);
        Secret connectionString = settings.connectionString();
        if (connectionString != null) {
            return parsed(connectionString, c -> c.signature() != null
                    ? c.signature()
                    : SasToken.mint(resource, given(c.keyName()), given(c.key()), expires).text());
        }
        Credential credential = settings.credential();
        if (credential == null) {
            return null;
        }
        if (credential.sas() != null) {
            return credential.sas().with(text -> new String(text).strip());
        }
        String name = given(credential.sasKeyName());
        return SharedKey.with(given(credential.sasKey()), key -> SasToken.mint(resource, name, key, expires).text());
    }

    private static void check(@Nullable Credential credential) throws IOException {
        if (credential == null) {
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
