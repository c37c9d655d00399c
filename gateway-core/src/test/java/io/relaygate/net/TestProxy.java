package io.relaygate.net;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on loopback that knows CONNECT alone, for whom every name is this machine, and which can be told to behave badly.
 */
public final class TestProxy implements AutoCloseable {

    private static final String GRANTED = "HTTP/1.1 200 Connection established\r\n\r\n";

    private final ServerSocketChannel server;
    private final @Nullable SSLContext tls;
    private final Threads threads = new Threads(0);
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    /** The targets that it was asked for, as they were written. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** {@code name:password} that it wants to be shown; null for nothing. */
    public volatile @Nullable String login;

    /** What judges the login that is shown, in place of {@link #login}; null for nothing. */
    public volatile @Nullable Predicate<String> judge;

    /** What it answers in place of doing what it is asked; null for nothing. What ends with {@code ...} goes on and on. */
    public volatile @Nullable String answer;

    /** Whether it leaves a connection open that it has answered so. */
    public volatile boolean hangs;

    /** Starts one to which one speaks in clear. */
    public TestProxy() throws IOException {
        this(null);
    }

    /** Starts one to which one speaks TLS; null for in clear. */
    public TestProxy(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        this.server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        threads.start("proxy", this::accept);
    }

    /** Where it is. */
    public String address() throws IOException {
        return "127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** Its settings, with exceptions. */
    public OutboundProxySettings settings(String... noProxy) throws IOException {
        return new OutboundProxySettings(
                ProxyUrl.parse("http://" + address()), null, null, List.of(noProxy).stream().map(NoProxy::parse).toList(), null);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketLink client = SocketLink.of(server.accept());
                open.add(client);
                threads.start("proxied", () -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SocketLink socket) {
        try (Link client = tls == null ? socket : TlsLink.server(socket, tls, Instant.now().plusSeconds(20))) {
            String line = line(client);
            String shown = null;
            for (String field = line(client); !field.isEmpty(); field = line(client)) {
                shown = field.startsWith("Proxy-Authorization: ") ? field.substring(21) : shown;
            }
            String target = line.split(" ", -1)[1];
            asked.add(target);
            if (answer != null) {
                misbehave(client, answer);
            } else if (!takes(shown)) {
                write(client, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
                        + "Proxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\n\r\n");
            } else {
                connect(client, Integer.parseInt(target.substring(target.lastIndexOf(':') + 1)));
            }
        } catch (IOException e) {
            // The client has left, or does not believe us.
        }
    }

    private boolean takes(@Nullable String shown) {
        if (judge != null) {
            return shown != null && judge.test(shown);
        }
        return login == null || ("Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))).equals(shown);
    }

    private void connect(Link client, int port) throws IOException {
        InetSocketAddress to = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (SocketLink target = SocketLink.connect(to, Instant.now().plusSeconds(10))) {
            open.add(target);
            write(client, GRANTED);
            Splice.run(client, target, threads);
        } catch (IOException e) {
            write(client, "HTTP/1.0 502 Bad Gateway\r\n\r\n");
        }
    }

    private void misbehave(Link client, String text) throws IOException {
        boolean endless = text.endsWith("...");
        do {
            write(client, endless ? text.substring(0, text.length() - 3) : text);
        } while (endless);
        if (hangs) {
            line(client);
        }
    }

    private static void write(Link client, String text) throws IOException {
        client.out().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String line(Link client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = client.in().read(); next != '\n'; next = client.in().read()) {
            if (next < 0) {
                throw new EOFException();
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** A server on loopback that sends back what it gets, until it is closed. */
    public static ServerSocket echo() throws IOException {
        ServerSocket echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Threads.startVirtual("echo", () -> {
            while (true) {
                try {
                    Socket client = echo.accept();
                    Threads.startVirtual("echoed", () -> {
                        try (client) {
                            client.getInputStream().transferTo(client.getOutputStream());
                        } catch (IOException e) {
                            // The client has left.
                        }
                    });
                } catch (IOException e) {
                    return;
                }
            }
        });
        return echo;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (AutoCloseable each : open) {
            ((SocketLink) each).abort();
        }
        threads.close();
    }
}
