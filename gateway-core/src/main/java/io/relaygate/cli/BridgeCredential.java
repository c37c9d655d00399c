package io.relaygate.cli;

import io.relaygate.sdk.Secret;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** azbridge's options that say where the relay is and what proves to it who we are; each overrides its part of a connection string. */
final class BridgeCredential {

    /** Where azbridge looks for a connection string. */
    static final String VARIABLE = "AZURE_BRIDGE_CONNECTIONSTRING";

    @Option(
            names = "-x",
            paramLabel = "CONNECTION_STRING",
            description = "The connection string. Every user of the machine can read a command line: set " + VARIABLE + " in its place.")
    private @Nullable String connectionString;

    @Option(names = "-e", paramLabel = "ENDPOINT", description = "The namespace's address, sb://NAME.servicebus.windows.net/.")
    private @Nullable String endpoint;

    @Option(names = "-K", paramLabel = "POLICY", description = "The name of the shared access policy.")
    private @Nullable String policy;

    @Option(names = "-k", paramLabel = "KEY", description = "Its key.")
    private @Nullable String key;

    @Option(names = "-s", paramLabel = "SAS", description = "A ready-made token, in place of policy and key.")
    private @Nullable String signature;

    /** A connection string of all that is given. */
    Secret secret(Map<String, String> environment) throws Failure {
        String given = connectionString == null ? environment.get(VARIABLE) : connectionString;
        if (given == null && endpoint == null) {
            throw new Failure(Exit.USAGE, "no connection string: set " + VARIABLE + ", or give -x, or -e with -K and -k or -s");
        }
        Map<String, String> parts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String part : unquoted(given == null ? "" : given).split(";", -1)) {
            String[] pair = part.split("=", 2);
            parts.put(pair[0].strip(), pair.length == 1 ? "" : pair[1].strip());
        }
        parts.remove("");
        if (endpoint != null) {
            parts.put("Endpoint", "sb://" + unquoted(endpoint).replaceFirst("^[A-Za-z]+://", ""));
        }
        if (policy != null || key != null) {
            parts.remove("SharedAccessSignature");
        }
        if (policy != null) {
            parts.put("SharedAccessKeyName", unquoted(policy));
        }
        if (key != null) {
            parts.put("SharedAccessKey", unquoted(key));
        }
        if (signature != null) {
            parts.remove("SharedAccessKeyName");
            parts.remove("SharedAccessKey");
            parts.put("SharedAccessSignature", unquoted(signature));
        }
        StringBuilder all = new StringBuilder();
        parts.forEach((name, value) -> all.append(name).append('=').append(value).append(';'));
        return new Said(all.toString());
    }

    private static String unquoted(String text) {
        String bare = text.strip();
        boolean quoted = bare.length() > 1 && (bare.startsWith("'") || bare.startsWith("\"")) && bare.endsWith(bare.substring(0, 1));
        return quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
}
