package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.net.ClientHello;
import io.relaygate.net.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first bytes of a client, read when a condition first asks for them and left unread for the protocol. */
public final class FirstBytes {

    /** Takes the client, where it waits behind a relay. */
    @FunctionalInterface
    public interface Take {
        /** The client's connection, with its deadline set. */
        Link link() throws IOException;
    }

    private final Take take;
    private final Duration silence;
    private ClientHello.@Nullable Result result;

    /**
     * The first bytes of one client.
     *
     * @param silence how long to wait for the first of them
     * @param tls what TLS has shown that ended at the entry point already, or null
     */
    public FirstBytes(Take take, Duration silence, Arrival.@Nullable Tls tls) {
        this.take = take;
        this.silence = silence;
        this.result = tls == null ? null : new ClientHello.Hello(tls.serverName(), List.of());
    }

    /** What has been seen of the client's TLS; null if nothing asked for it. */
    public Arrival.@Nullable Tls seen() {
        return switch (result) {
            case null -> null;
            case ClientHello.Hello hello -> new Arrival.Tls(hello.serverName());
            default -> new Arrival.Tls(null);
        };
    }

    /** The server name of the client's ClientHello; null if it sends none, is silent, or speaks something else. */
    public @Nullable String serverName() throws IOException {
        if (result == null) {
            result = read(take.link());
        }
        return result instanceof ClientHello.Hello hello ? hello.serverName() : null;
    }

    private ClientHello.Result read(Link link) throws IOException {
        if (!link.awaitReadable(silence)) {
            return new ClientHello.NotTls("silent");
        }
        int wanted = 1;
        while (true) {
            ByteBuffer bytes = link.peek(wanted);
            ClientHello.Result read = ClientHello.parse(bytes);
            boolean ended = bytes.remaining() < wanted;
            if (!(read instanceof ClientHello.More) || ended) {
                return read;
            }
            wanted = bytes.remaining() + 1;
        }
    }
}
