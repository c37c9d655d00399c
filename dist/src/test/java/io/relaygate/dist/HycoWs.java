package io.relaygate.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Microsoft's client for Node, {@code hyco-ws}, as it is on npm. Its own list of dependencies does not resolve, so what
 * it really needs is installed from a lock file and the package is unpacked beside it, after its checksum is compared.
 */
final class HycoWs {

    private static final String VERSION = "1.0.5";
    private static final String SHA_512 =
            "ZpG4kvKL1q7M4StVs41IQz5VE4sn0eE1KnOQ+xt9IZ0TdVilAhXfg9+YXSvnHVbNuT1Ff2dZjlmGJrefm+uNbg==";

    private final Path folder;

    private HycoWs(Path folder) {
        this.folder = folder;
    }

    static void require() {
        Interop.require("node", "npm");
    }

    /** Installs it into the build's folder; a second time does not ask the registry again. */
    static HycoWs install() {
        Path folder = NodeFolder.install("hyco-ws", "listener.js", "sender.js", "azbridge.js");
        NodeFolder.unpack("hyco-ws", VERSION, SHA_512);
        return new HycoWs(folder);
    }

    /** Where a relay is, which hybrid connection is meant, and with what key. */
    record Target(String relay, Path caFile, String hybridConnection, String keyName, String key, int tokenSeconds) {

        /** The same with another key. */
        Target withKey(String otherName, String otherKey) {
            return new Target(relay, caFile, hybridConnection, otherName, otherKey, tokenSeconds);
        }

        /** The same with another hybrid connection. */
        Target withHybridConnection(String other) {
            return new Target(relay, caFile, other, keyName, key, tokenSeconds);
        }

        /** The same with a token that is valid for so many seconds from now; negative: was valid until then. */
        Target withTokenFor(int seconds) {
            return new Target(relay, caFile, hybridConnection, keyName, key, seconds);
        }

        Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            environment.put("NODE_EXTRA_CA_CERTS", caFile.toString());
            environment.put("RELAY", relay);
            environment.put("HYBRID_CONNECTION", hybridConnection);
            environment.put("KEY_NAME", keyName);
            environment.put("KEY", key);
            environment.put("TOKEN_SECONDS", Integer.toString(tokenSeconds));
            return environment;
        }
    }

    /** Starts a listener that echoes; waits until it listens, or until it has ended because it was refused. */
    Child listener(String name, Target target) {
        Child child = Child.start(name, folder, target.environment(),
                List.of(Interop.path("node").toString(), "listener.js"));
        Awaitility.await().until(() -> !child.alive() || child.out().contains("listening"));
        return child;
    }

    /** Starts a listener that is left to do what it does after a failure; does not wait. */
    Child storm(String name, Target target) {
        return Child.start(name, folder, target.environment(), List.of(Interop.path("node").toString(), "listener.js", "storm"));
    }

    /** Starts azbridge's end as the script of the same name plays it; waits until it takes somebody. */
    Child azbridge(String name, Target target, String... arguments) {
        List<String> words = new ArrayList<>(List.of(Interop.path("node").toString(), "azbridge.js"));
        words.addAll(List.of(arguments));
        Child child = Child.start(name, folder, target.environment(), words);
        Awaitility.await().until(() -> !child.alive() || child.out().contains("\n"));
        return child;
    }

    /**
     * Connects as a sender, sends messages of these sizes and checks their echoes. It prints {@code echoed BYTES}, or
     * {@code refused STATUS TEXT} and ends with 3.
     */
    Programs.Ended sender(Target target, String... sizes) {
        return sender(target.environment(), sizes);
    }

    /** The same with this for a token, whatever it is. */
    Programs.Ended senderWithToken(Target target, String token) {
        Map<String, String> environment = target.environment();
        environment.put("TOKEN", token);
        return sender(environment, "10");
    }

    private Programs.Ended sender(Map<String, String> environment, String... sizes) {
        Programs node = Programs.in(folder);
        environment.forEach(node::with);
        return node.with("SIZES", String.join(",", sizes)).start("node", "sender.js");
    }
}
