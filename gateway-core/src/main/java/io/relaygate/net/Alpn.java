package io.relaygate.net;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server speaks inside TLS (RFC 7301).
 *
 * @param offered the application protocols in the server's order; empty if it has no say
 * @param required whether a client is refused that offers others only; else it goes on without one
 */
public record Alpn(List<String> offered, boolean required) {

    /** A server that has no say. */
    public static final Alpn NONE = new Alpn(List.of(), false);

    /** HTTP/1.1. */
    public static final String HTTP_1_1 = "http/1.1";

    private static final int LONGEST = 255;

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if one is empty, too long, or not ASCII
     */
    public Alpn {
        offered = List.copyOf(offered);
        for (String name : offered) {
            boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(name);
            if (name.isEmpty() || name.length() > LONGEST || !ascii) {
                throw new IllegalArgumentException("an application protocol of TLS has 1 to 255 ASCII characters, found '" + name + "'");
            }
        }
    }

    /**
     * Chooses for a client that offers some; called for no other.
     *
     * @return empty for none, null if the client must be refused with the alert no_application_protocol
     */
    public @Nullable String choose(List<String> clients) {
        for (String name : offered) {
            if (clients.contains(name)) {
                return name;
            }
        }
        return required ? null : "";
    }
}
