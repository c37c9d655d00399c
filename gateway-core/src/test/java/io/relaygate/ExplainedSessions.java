package io.relaygate;

import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.LogEvent;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.observe.SessionEnd;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A destination that sends everybody away who comes through, and how the sessions of this process have ended. */
final class ExplainedSessions implements AutoCloseable {

    private final BlockingQueue<LogEvent> ends = new LinkedBlockingQueue<>();
    private final ServerSocket server;

    ExplainedSessions() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
        Logging.configure(new LogSettings(LogSettings.Format.JSON, LogSettings.Level.ERROR), OutputStream.nullOutputStream(), false);
        Logging.watch(event -> {
            if (event.logger().equals(AuditTrail.LOGGER) && event.message().equals(SessionEnd.MESSAGE)) {
                ends.add(event);
            }
        });
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                server.accept().close();
            } catch (IOException e) {
                // It is closed, or the client has left.
            }
        }
    }

    /** The destination's port. */
    int port() {
        return server.getLocalPort();
    }

    /** The end of a session that no call has given yet. */
    LogEvent next() throws InterruptedException {
        return Objects.requireNonNull(ends.poll(20, TimeUnit.SECONDS), "the session has not ended");
    }

    /** The client of a question, connected to its entry point from where it says. */
    static Socket client(Gateway gateway, Explanation.Question question) throws IOException {
        String address = String.valueOf(gateway.addresses().get(question.entryPoint()));
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(question.from(), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }
}
