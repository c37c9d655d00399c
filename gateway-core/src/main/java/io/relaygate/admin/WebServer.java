package io.relaygate.admin;

import io.relaygate.net.SocketLink;
import io.relaygate.sdk.HostPort;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.xnio.Options;

/** An HTTP/1.1 listener with few threads and tight bounds: what it serves is small and asked for rarely. */
final class WebServer implements AutoCloseable {

    private static final int SECOND = 1000;

    private final Undertow undertow;
    private final HostPort address;

    private WebServer(Undertow undertow) {
        this.undertow = undertow;
        InetSocketAddress bound = (InetSocketAddress) undertow.getListenerInfo().getFirst().getAddress();
        this.address = new HostPort(SocketLink.text(bound.getAddress()), bound.getPort());
    }

    /**
     * Listens.
     *
     * @param what its name in the configuration, for messages
     */
    static WebServer start(String what, HostPort listen, HttpHandler handler) throws IOException {
        Undertow undertow = Undertow.builder()
                .addHttpListener(listen.port(), listen.host(), handler)
                .setIoThreads(1)
                .setWorkerThreads(2)
                .setBufferSize(8192)
                .setDirectBuffers(false)
                .setWorkerOption(Options.THREAD_DAEMON, true)
                .setSocketOption(Options.BACKLOG, 256)
                // Who connects and says nothing must not keep a load balancer's probe out: many may, and not for long.
                .setSocketOption(Options.CONNECTION_HIGH_WATER, 2000)
                .setSocketOption(Options.CONNECTION_LOW_WATER, 1900)
                .setServerOption(UndertowOptions.MAX_HEADER_SIZE, 8192)
                .setServerOption(UndertowOptions.MAX_HEADERS, 50)
                .setServerOption(UndertowOptions.MAX_PARAMETERS, 10)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, 8192L)
                .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, 5 * SECOND)
                .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, 5 * SECOND)
                .setServerOption(UndertowOptions.IDLE_TIMEOUT, 60 * SECOND)
                .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
                .build();
        try {
            undertow.start();
        } catch (RuntimeException e) {
            undertow.stop();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(what + ": cannot listen on " + listen + ": " + cause.getMessage(), e);
        }
        return new WebServer(undertow);
    }

    /** Where it listens. */
    HostPort address() {
        return address;
    }

    @Override
    public void close() {
        undertow.stop();
    }
}
