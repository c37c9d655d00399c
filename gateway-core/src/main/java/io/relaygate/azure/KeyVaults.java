package io.relaygate.azure;

import io.relaygate.config.SecretStore;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration's secrets of key vaults come from. The same settings give the same store, so that what was fetched outlives a
 * reload. Any thread.
 */
public final class KeyVaults {

    private static final SecretStore NONE = new Missing();

    private final Map<String, String> environment;
    private final Threads threads;
    private final Map<Asked, KeyVault> stores = new ConcurrentHashMap<>();

    private record Asked(KeyVaultSettings settings, WayOut out) {}

    /**
     * None is asked yet.
     *
     * @param environment by which Azure tells a process of its identity
     * @param threads for fetching in the background
     */
    public KeyVaults(Map<String, String> environment, Threads threads) {
        this.environment = Map.copyOf(environment);
        this.threads = threads;
    }

    /**
     * The store of these settings; one that has nothing if they are missing or wrong.
     *
     * @param out how vaults, and Microsoft Entra, are reached
     */
    public SecretStore of(@Nullable KeyVaultSettings settings, WayOut out) {
        if (settings == null || settings.credential() == null || settings.refresh() == null || settings.trouble() != null) {
            return NONE;
        }
        return stores.computeIfAbsent(new Asked(settings, out), _ -> new KeyVault(
                EntraTokens.of(new EntraSource(settings.credential(), environment, settings.caFile(), out).open()), settings, out, threads));
    }

    /** How many secrets are used although they are old, because they cannot be fetched again. */
    public long stale() {
        return stores.values().stream().mapToLong(KeyVault::stale).sum();
    }

    /** How it has gone with the tokens of each store that was asked for. */
    public Stream<EntraTokens.Count> tokens() {
        return stores.values().stream().map(KeyVault::tokens);
    }

    private static final class Missing implements SecretStore {
        @Override
        public void prepare(Set<String> addresses) {
            // Reading says it.
        }

        @Override
        public char[] read(String address) throws IOException {
            throw new IOException("who asks the key vault is not said; write `keyVault: { credential: { managedIdentity: system } }`"
                    + " at the top, or another credential");
        }
    }
}
