package io.relaygate.cli;

import io.relaygate.azure.EntraCredential;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.NamespaceSettings.Credential;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A namespace that a person is let into by Microsoft Entra, in place of a configuration. */
final class PersonOptions {

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "The namespace's address, sb://NAME.servicebus.windows.net/, in place of a configuration; with --device-code.")
    private @Nullable String endpoint;

    @Option(
            names = "--device-code",
            description = "Beside --endpoint: a person signs in to Microsoft Entra, in a browser on any machine. Where is printed on standard error; "
                    + "the next time nobody is asked.")
    private boolean deviceCode;

    @Option(names = "--tenant", paramLabel = "TENANT", description = "Beside --device-code: the tenant of who signs in.")
    private @Nullable String tenant;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "Beside --device-code: the application that who signs in lets in. Default: that of the Azure CLI.")
    private @Nullable String clientId;

    @Option(
            names = "--authority",
            paramLabel = "URL",
            description = "Beside --device-code: where Microsoft Entra is, for other clouds. Default: AZURE_AUTHORITY_HOST, or else "
                    + "https://login.microsoftonline.com.")
    private @Nullable String authority;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Beside --device-code: where is kept that somebody has signed in. Default: $XDG_STATE_HOME/relaygate, or else "
                    + "~/.local/state/relaygate.")
    private @Nullable Path stateDir;

    boolean given() {
        return deviceCode || Stream.of(endpoint, tenant, clientId, authority, stateDir).anyMatch(Objects::nonNull);
    }

    /** The namespace. */
    NamespaceSettings namespace(@Nullable Path caFile) throws Failure {
        if (endpoint == null || !deviceCode || tenant == null) {
            throw new Failure(Exit.USAGE, "--endpoint, --device-code and --tenant need each other");
        }
        EntraCredential person = new EntraCredential(null, false, tenant, clientId, null, null, null, true, authority);
        String trouble = person.trouble();
        if (trouble != null) {
            throw new Failure(Exit.USAGE, trouble);
        }
        return new NamespaceSettings(endpoint, null, new Credential(person, null), caFile, null);
    }

    /** Where is kept that somebody has signed in; need not be there. */
    Path stateDir(Terminal terminal) {
        if (stateDir != null) {
            return terminal.resolve(stateDir);
        }
        // XDG Base Directory Specification; a relative path is to be ignored.
        Path states = Path.of(terminal.environment().getOrDefault("XDG_STATE_HOME", ""));
        return (states.isAbsolute() ? states : Path.of(System.getProperty("user.home"), ".local", "state")).resolve("relaygate");
    }
}
