package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.nio.file.Path;

/** Where to listen or to connect: a TCP host and port, or a Unix domain socket. */
public sealed interface Address extends DialAddress {

    /** What an address looks like, for the JSON schema of the configuration. */
    String PATTERN = "unix:/.*|(\\[[0-9A-Fa-f:.]+(%[^\\]]+)?\\]|[^\\s/\\[\\]@:]+):[0-9]{1,5}";

    /** A TCP address. */
    record Tcp(HostPort hostPort) implements Address {
        @Override
        public String toString() {
            return hostPort.toString();
        }
    }

    /** A Unix domain socket. */
    record Unix(Path path) implements Address {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * Reads {@code host:port}, {@code [ipv6]:port} or {@code unix:/path}.
     *
     * @throws IllegalArgumentException if the text is none of them
     */
    static Address parse(String text) {
        if (!text.startsWith("unix:")) {
            return new Tcp(HostPort.parse(text));
        }
        Path path = Path.of(text.substring("unix:".length()));
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("a Unix socket needs an absolute path, found '" + text + "'");
        }
        return new Unix(path);
    }
}
