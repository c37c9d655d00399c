package io.relaygate.azure;

import io.relaygate.net.WayOut;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The identities of Microsoft Entra that a process has. The same credential gives the same tokens, so that one request serves all who are
 * connected with it, and what was fetched outlives a reload. Any thread.
 */
public final class Identities {

    /** The Azure CLI's, which every tenant knows. */
    private static final String AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

    private final Map<String, String> environment;
    private final Path stateDir;
    private final Map<Key, EntraTokens> all = new ConcurrentHashMap<>();

    private record Key(EntraCredential credential, @Nullable Path caFile, WayOut out) {}

    /**
     * None is asked yet.
     *
     * @param environment by which Azure tells a process of its identity
     * @param stateDir where is kept that somebody has signed in
     */
    public Identities(Map<String, String> environment, Path stateDir) {
        this.environment = Map.copyOf(environment);
        this.stateDir = stateDir;
    }

    /**
     * The tokens of a credential that was checked.
     *
     * @param caFile the authorities to trust for Microsoft Entra, or null for those of the runtime
     * @param out how Microsoft Entra is reached
     */
    public EntraTokens of(EntraCredential credential, @Nullable Path caFile, WayOut out) {
        return all.computeIfAbsent(new Key(credential, caFile, out), key -> {
            EntraSource source = new EntraSource(key.credential(), environment, key.caFile(), key.out());
            return EntraTokens.of(key.credential().deviceCode() ? person(source) : source.open());
        });
    }

    /** By what somebody signs in for a credential that was checked; null if that needs nobody. */
    public @Nullable SignIn signIn(EntraCredential credential, @Nullable Path caFile, WayOut out) {
        return credential.deviceCode() ? new SignIn(person(new EntraSource(credential, environment, caFile, out))) : null;
    }

    private SignedIn person(EntraSource source) {
        String tenant = Objects.requireNonNull(source.credential().tenant());
        String given = source.credential().clientId();
        String clientId = given == null ? AZURE_CLI : given;
        return new SignedIn(source.endpoint(tenant), clientId, stateDir.resolve("sign-in-" + digest(source.authority() + " " + tenant + " " + clientId)));
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
