package io.relaygate.route;

import io.relaygate.access.Arrival;
import io.relaygate.net.Buffers;
import io.relaygate.net.ClientHello;
import io.relaygate.net.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first bytes of a client, read when a condition first asks for them and left unread for the protocol. */
public final class FirstBytes implements io.relaygate.sdk.FirstBytes {

    /** The heap that they hold at the most: a ClientHello that was looked at, and a copy. */
    public static final int HELD = 2 * ClientHello.MAX_BYTES;

    /** Takes the client, where it waits behind a relay. */
    @FunctionalInterface
    public interface Take {
        /** The client's connection, with its deadline set. */
        Link link() throws IOException;
    }

    private final Take take;
    private final Duration silence;
    private ClientHello.@Nullable Result result;
    private @Nullable Link link;
    private boolean silent;
    private int wanted = 1;

    /**
     * The first bytes of one client.
     *
     * @param silence how long to wait for the first of them
     * @param tls what TLS has shown that ended at the entry point already, or null
     */
    public FirstBytes(Take take, Duration silence, Arrival.@Nullable Tls tls) {
        this.take = take;
        this.silence = silence;
        this.result = tls == null ? null : new ClientHello.Hello(tls.serverName(), tls.protocols());
    }

    /** What has been seen of the client's TLS; null if nothing asked for it. */
    public Arrival.@Nullable Tls seen() {
        return switch (result) {
            case null -> null;
            case ClientHello.Hello hello -> new Arrival.Tls(hello.serverName(), hello.alpn());
            default -> new Arrival.Tls(null, List.of());
        };
    }

    @Override
    public ByteBuffer bytes() throws IOException {
        Link client = begun();
        return silent ? ByteBuffer.allocate(0) : client.peek(wanted);
    }

    @Override
    public boolean silent() throws IOException {
        begun();
        return silent;
    }

    /** Waits for more bytes than there are; false if no more come, or they are too many. */
    boolean more() throws IOException {
        int known = bytes().remaining();
        if (silent || known >= Buffers.PAYLOAD) {
            return false;
        }
        wanted = known + 1;
        return bytes().remaining() > known;
    }

    /** The client, when it has said something or was given its time. */
    private Link begun() throws IOException {
        Link client = link;
        if (client == null) {
            client = take.link();
            silent = !client.awaitReadable(silence);
            link = client;
        }
        return client;
    }

    /** The server name of the client's ClientHello; null if it sends none, is silent, or speaks something else. */
    @Override
    public @Nullable String serverName() throws IOException {
        return result() instanceof ClientHello.Hello hello ? hello.serverName() : null;
    }

    /** The application protocols of the client's ClientHello, or the one that was agreed on; empty if there are none. */
    @Override
    public List<String> applicationProtocols() throws IOException {
        return result() instanceof ClientHello.Hello hello ? hello.alpn() : List.of();
    }

    private ClientHello.Result result() throws IOException {
        ClientHello.Result known = result;
        if (known == null) {
            known = read(begun());
            result = known;
        }
        return known;
    }

    private ClientHello.Result read(Link client) throws IOException {
        if (silent) {
            return new ClientHello.NotTls("silent");
        }
        return ClientHello.peek(client);
    }
}
