package io.relaygate.cli;

import io.relaygate.azure.EntraCredential;
import io.relaygate.azure.Identities;
import io.relaygate.azure.SignIn;
import io.relaygate.net.WayOut;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets people sign in to Microsoft Entra for namespaces whose credential is {@code deviceCode: true}. */
final class People {

    private static final Duration ONE_CALL = Duration.ofSeconds(10);

    private final Terminal terminal;
    private final Path stateDir;
    private final WayOut out;

    /**
     * Asks nobody yet.
     *
     * @param stateDir where is kept that somebody has signed in
     * @param out how Microsoft Entra is reached
     */
    People(Terminal terminal, Path stateDir, WayOut out) {
        this.terminal = terminal;
        this.stateDir = stateDir;
        this.out = out;
    }

    /**
     * Waits until somebody has signed in for each namespace that needs it and has nobody.
     *
     * @return how many need somebody
     * @throws Failure if nobody does
     */
    int signIn(Map<String, NamespaceSettings> namespaces) throws Failure {
        int all = 0;
        for (Map.Entry<String, NamespaceSettings> each : namespaces.entrySet()) {
            Credential credential = each.getValue().credential();
            EntraCredential identity = each.getValue().entra();
            if (credential == null || identity == null || !identity.deviceCode()) {
                continue;
            }
            if (identity.trouble() != null) {
                throw new Failure(Exit.CONFIGURATION, "namespaces." + each.getKey() + ".credential: " + identity.trouble());
            }
            all++;
            signIn(each.getKey(), identity, credential.resource(), each.getValue().caFile());
        }
        return all;
    }

    private void signIn(String namespace, EntraCredential identity, String resource, @Nullable Path caFile) throws Failure {
        // None that has learned of a failure: what is fetched here is seldom used.
        Identities identities = new Identities(terminal.environment(), stateDir);
        SignIn signIn = identities.signIn(identity, caFile, out);
        if (signIn == null || (signIn.isDone() && isGood(identities, identity, resource, caFile))) {
            return;
        }
        try {
            signIn.run(resource, code -> {
                terminal.err().println("relaygate: for namespace " + namespace + ", open " + code.address() + " in a browser and enter the code "
                        + code.code() + ", within " + code.life().toMinutes() + " minutes");
                terminal.err().flush();
            });
        } catch (IOException e) {
            throw new Failure(Exit.FAILED, "namespace " + namespace + ": " + e.getMessage());
        }
        terminal.err().println("relaygate: signed in");
    }

    private boolean isGood(Identities identities, EntraCredential identity, String resource, @Nullable Path caFile) {
        try {
            identities.of(identity, caFile, out).token(resource, Instant.now().plus(ONE_CALL));
            return true;
        } catch (IOException e) {
            // Signing in says what is wrong, if it is more than that the last one is worth nothing.
            return false;
        }
    }
}
