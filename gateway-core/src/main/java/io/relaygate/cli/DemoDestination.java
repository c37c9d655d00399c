package io.relaygate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands behind the site in the demo: an HTTP page or a TCP echo, on a loopback port that is free. */
final class DemoDestination implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoDestination.class);

    private static final int LONGEST_REQUEST = 16 * 1024;
    private static final int PATIENCE = 10_000;

    /** What is done with one connection. */
    private interface Service {
        void serve(InputStream in, OutputStream out, Runnable read) throws IOException;
    }

    /**
     * When a connection came.
     *
     * @param accepted when it was accepted
     * @param read when the first bytes were there, the whole request where the page was asked for
     */
    record Visit(Instant accepted, @Nullable Instant read) {}

    private final ServerSocket server;
    private final Service service;
    private final AtomicReference<@Nullable Visit> last = new AtomicReference<>();

    private DemoDestination(String name, Service service) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.service = service;
        Thread.ofVirtual().name("demo-" + name).start(this::accept);
    }

    /** A page for every request. */
    static DemoDestination page() throws IOException {
        return new DemoDestination("page", DemoDestination::answer);
    }

    /** Sends back what it is sent, until the client ends. */
    static DemoDestination echo() throws IOException {
        return new DemoDestination("echo", DemoDestination::echo);
    }

    /** {@code 127.0.0.1:PORT}. */
    String address() {
        return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** The latest connection. */
    @Nullable Visit last() {
        return last.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().name("demo-client").start(() -> serve(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.atWarn().setCause(e).log("the demo's destination cannot accept");
                }
            }
        }
    }

    private void serve(Socket client) {
        Visit visit = new Visit(Instant.now(), null);
        last.set(visit);
        try (client) {
            client.setTcpNoDelay(true);
            client.setSoTimeout(PATIENCE * 60);
            service.serve(
                    client.getInputStream(),
                    client.getOutputStream(),
                    () -> last.compareAndSet(visit, new Visit(visit.accepted(), Instant.now())));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("demo client left");
        }
    }

    private static void answer(InputStream in, OutputStream out, Runnable read) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > LONGEST_REQUEST) {
                return;
            }
            head.append((char) next);
        }
        read.run();
        String body = "<!doctype html><title>RelayGate</title><h1>It works</h1>"
                + "<p>This page came from a port behind the site, through the relay and the edge, to you.\n";
        out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
                        + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8));
    }

    private static void echo(InputStream in, OutputStream out, Runnable read) throws IOException {
        byte[] buffer = new byte[8192];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            read.run();
            out.write(buffer, 0, length);
        }
    }
}
