package io.relaygate.cli;

import io.relaygate.admin.StateFiles;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of an embedded relay that nobody wrote: one key to listen and one to send, made at the first start
 * and kept.
 *
 * @param folder holds the configuration, the keys, and the state of the relay
 * @param keys the keys, by name
 */
record DevelopmentRelay(Path folder, Map<String, String> keys) {

    /** The name of the key that listeners use. */
    static final String LISTEN = "listen";

    /** The name of the key that senders use. */
    static final String SEND = "send";

    private static final int KEY_BYTES = 32;

    /** Writes the configuration; what is wrong with an address or a path is found when it is read. */
    static DevelopmentRelay prepare(Path folder, HostPort listen, List<String> hybridConnections) throws IOException {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String name : List.of(LISTEN, SEND)) {
            keys.put(name, keep(folder.resolve(name + ".key")));
        }
        StringBuilder yaml = new StringBuilder();
        yaml.append("stateDir: ").append(quoted(folder.toString())).append('\n');
        yaml.append("relay:\n");
        yaml.append("  listen: ").append(quoted(listen.toString())).append('\n');
        yaml.append("  keys:\n");
        for (String name : keys.keySet()) {
            yaml.append("    ").append(name).append(": { rights: [").append(name).append("], primary: \"${file:")
                    .append(name).append(".key}\" }\n");
        }
        yaml.append("  hybridConnections:\n");
        for (String path : hybridConnections) {
            yaml.append("    ").append(quoted(path)).append(": {}\n");
        }
        DevelopmentRelay relay = new DevelopmentRelay(folder, keys);
        StateFiles.write(relay.file(), yaml.toString());
        return relay;
    }

    Path file() {
        return folder.resolve("relay.yaml");
    }

    /** The certificate that clients must trust. */
    Path caFile() {
        return folder.resolve("relay-ca.pem");
    }

    Path keyFile(String name) {
        return folder.resolve(name + ".key");
    }

    /** What a client is given, as Azure prints it. */
    String connectionString(String address, String keyName, String path) {
        return "Endpoint=sb://" + address + "/;SharedAccessKeyName=" + keyName + ";SharedAccessKey=" + keys.get(keyName)
                + ";EntityPath=" + path;
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "development relay in " + folder;
    }

    private static String keep(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String key = Base64.getEncoder().encodeToString(random);
        StateFiles.write(file, key + "\n");
        return key;
    }

    /** A YAML scalar in double quotes. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
