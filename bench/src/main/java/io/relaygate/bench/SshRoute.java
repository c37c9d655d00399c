package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a route does with sessions of SSH. */
enum SshRoute {
    /** Nothing: it carries bytes. */
    TCP("tcp plugin"),

    /** Looks at how they begin. */
    PASSTHROUGH("ssh, passthrough"),

    /** Ends them, and carries their channels to the target. */
    PROXY("ssh, proxy"),

    /** The same by one gateway, at whose own port clients come: no edge, no relay and no tunnel. */
    ALONE("ssh, proxy alone");

    private final String title;

    SshRoute(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** On the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the configuration of the gateway that has it has besides its route. */
    String sections(Path folder, SshServer server) throws IOException {
        if (this == TCP || this == PASSTHROUGH) {
            return "";
        }
        Path keys = Files.writeString(folder.resolve("authorized_keys"), "caller=\"%s\" %s".formatted(SshServer.USER, server.publicKey(server.userKey())));
        return "identityProviders: { keys: { publicKeys: { file: \"%s\" } } }%n".formatted(keys);
    }

    /** What the route has. */
    String settings(SshServer server) throws IOException {
        return switch (this) {
            case TCP -> Configurations.TO_SINK;
            case PASSTHROUGH -> Configurations.TO_SINK + ", protocol: ssh, with: { mode: passthrough }";
            case PROXY, ALONE -> """
                    protocol: ssh, identityProviders: [keys], with: { mode: proxy, hostKeys: [ "${file:%1$s}" ],
                          targets: [ { to: sink, login: { user: %2$s, key: "${file:%3$s}", hostKeys: [ "%4$s" ] } } ] }\
                    """.formatted(server.hostKey(), SshServer.USER, server.userKey(), server.publicKey(server.hostKey()).strip());
        };
    }
}
