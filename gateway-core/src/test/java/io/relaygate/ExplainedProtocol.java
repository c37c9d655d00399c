package io.relaygate;

import io.relaygate.plugin.PluginJar;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A protocol whose clients say who they are, with a key, and which host they want; as protocol {@code tcp}, so that routes
 * need not say it. What comes before these words, such as a ClientHello, is not looked at.
 */
final class ExplainedProtocol {

    /** Callers with their groups. */
    static final Map<String, Set<String>> CALLERS = new TreeMap<>(Map.of("alice", Set.of("ops", "dba"), "bob", Set.of("dev"), "eve", Set.of()));

    private static final String MARK = "client says ";

    private ExplainedProtocol() {}

    /** Writes the plugin, and the file {@code keys} of who is known. */
    static void write(Path folder) throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        Files.createDirectory(folder.resolve("work"));
        PluginJar.of("tcp", """
                {
                    String all = new String(session.client().in().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
                    int at = all.lastIndexOf("%1$s");
                    String[] words = (at < 0 ? "- - -" : all.substring(at + "%1$s".length())).split(" ");
                    Caller caller = session.facts().caller();
                    if (!words[0].equals("-")) {
                        java.nio.ByteBuffer key = java.nio.ByteBuffer.wrap(java.util.Base64.getDecoder().decode(words[1]));
                        if (session.judge(new Credential.PublicKey(words[0], key, true)) instanceof Verdict.Accepted accepted) {
                            caller = accepted.caller();
                            session.actAs(caller);
                        }
                    }
                    DestinationName to = session.facts().to();
                    Connection there = words[2].equals("-")
                            ? session.dial(caller, to)
                            : session.dial(caller, to, HostPort.parse(words[2]));
                    session.splice(session.client(), there);
                }
                """.formatted(MARK)).judging().to(folder.resolve("plugins/tcp.jar"));
        Files.write(folder.resolve("keys"), CALLERS.entrySet().stream()
                .map(each -> "caller=\"" + each.getKey() + "\",groups=\"" + String.join(",", each.getValue()) + "\" ssh-ed25519 " + key(each.getKey()))
                .toList());
    }

    /** Who has proven to be somebody, as an explanation takes it; null for who is not known. */
    static @Nullable Caller login(@Nullable String name) {
        Set<String> groups = name == null ? null : CALLERS.get(name);
        return name == null || groups == null ? null : new Caller(name, "public key", groups);
    }

    /** What a client says: its name and host, each null for none. */
    static byte[] words(@Nullable String name, @Nullable HostPort host) {
        return (MARK + (name == null ? "- -" : name + " " + key(name)) + " " + (host == null ? "-" : host)).getBytes(StandardCharsets.US_ASCII);
    }

    /** A key of its own (RFC 8709 section 4). */
    private static String key(String name) {
        byte[] type = "ssh-ed25519".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer blob = ByteBuffer.allocate(4 + type.length + 4 + 32).putInt(type.length).put(type).putInt(32);
        blob.put(name.getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(blob.array());
    }

    /** Names of clients: those who are known, and one who is not. */
    static List<String> names() {
        return List.of("alice", "bob", "eve", "mallory");
    }
}
