package io.relaygate.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The destination of a survival run: says back what typists type, and moves bulk data both ways with haulers, whose
 * bytes it checks. A connection begins with a byte that says which, and 8 that are its number.
 */
final class FarEnd implements AutoCloseable {

    static final byte KEYS = 'K';
    static final byte BULK = 'B';

    private final ServerSocket server;
    private final int rate;
    private final Complaints complaints;
    private final Map<Long, Haul> hauls = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** Opens a port; {@code rate} is that of each haul, in bytes per second. */
    FarEnd(int rate, Complaints complaints) throws IOException {
        this.rate = rate;
        this.complaints = complaints;
        this.server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("far-end").start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** The far side of a hauler's session, once it has begun there. */
    Haul haul(long number) {
        Haul haul = hauls.get(number);
        if (haul == null) {
            throw new IllegalStateException("no haul " + number);
        }
        return haul;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(Socket socket) {
        String who = "destination";
        try (socket) {
            socket.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte kind = in.readByte();
            long number = in.readLong();
            who = "destination of " + (char) kind + number;
            if (kind == BULK) {
                Haul haul = Haul.far(socket, number, rate);
                hauls.put(number, haul);
                haul.run();
            } else {
                in.transferTo(socket.getOutputStream());
            }
        } catch (IOException e) {
            if (!closed) {
                complaints.add(who, String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
    }
}
