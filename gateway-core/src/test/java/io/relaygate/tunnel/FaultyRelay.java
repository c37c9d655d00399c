package io.relaygate.tunnel;

import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A relay between an edge and a site that does something to what goes through it, from some byte on. */
final class FaultyRelay implements AutoCloseable {

    /** What it does to a piece of what goes through. */
    enum Fault {
        /** Lets some pieces out. */
        DROPS,
        /** Says some pieces twice. */
        REPEATS,
        /** Holds a piece back until after the next. */
        REORDERS,
        /** Leaves out the end of some pieces. */
        CUTS,
        /** Changes a bit here and there. */
        FLIPS,
        /** Puts bytes of its own between. */
        INSERTS,
        /** Says nothing any more but bytes of its own, as many as are taken. */
        FLOODS,
        /** Takes everything and hands on nothing. */
        SWALLOWS,
        /** Closes. */
        CLOSES
    }

    private final Loopback port;
    private final Loopback site;
    private final Threads threads;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final Random random;
    private volatile Fault fault = Fault.CLOSES;
    private volatile boolean faulty;

    FaultyRelay(Loopback site, Threads threads, long seed) throws IOException {
        this.site = site;
        this.threads = threads;
        this.random = new Random(seed);
        this.port = Loopback.listen(threads, this::relay);
    }

    /** Where edges connect. */
    Link connect() throws IOException {
        return port.connect();
    }

    void begin(Fault what) {
        fault = what;
        faulty = true;
    }

    /** Is a good relay from now on; what it had is lost. */
    void end() {
        faulty = false;
        links.forEach(Link::abort);
        links.clear();
    }

    private void relay(Link edge) {
        try {
            Link there = site.connect();
            links.add(edge);
            links.add(there);
            threads.start("down", () -> copy(there, edge));
            copy(edge, there);
        } catch (IOException e) {
            edge.abort();
        }
    }

    private void copy(Link from, Link to) {
        byte[] buffer = new byte[4096];
        byte[] held = {};
        try {
            for (int n = from.in().read(buffer); n >= 0; n = from.in().read(buffer)) {
                byte[] piece = Arrays.copyOf(buffer, n);
                if (!faulty) {
                    to.out().write(piece);
                } else if (fault == Fault.REORDERS) {
                    to.out().write(held.length == 0 ? new byte[0] : piece);
                    to.out().write(held);
                    held = held.length == 0 ? piece : new byte[0];
                } else {
                    harm(piece, to);
                }
            }
        } catch (IOException e) {
            // It is closed.
        } finally {
            from.abort();
            to.abort();
        }
    }

    private synchronized boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    private synchronized byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void harm(byte[] piece, Link to) throws IOException {
        switch (fault) {
            case DROPS -> to.out().write(oneIn(3) ? new byte[0] : piece);
            case REPEATS -> {
                to.out().write(piece);
                to.out().write(oneIn(3) ? piece : new byte[0]);
            }
            case CUTS -> to.out().write(Arrays.copyOf(piece, oneIn(3) ? piece.length / 2 : piece.length));
            case FLIPS -> {
                piece[piece.length / 2] ^= (byte) (oneIn(3) ? 4 : 0);
                to.out().write(piece);
            }
            case INSERTS -> {
                to.out().write(oneIn(3) ? bytes(20) : new byte[0]);
                to.out().write(piece);
            }
            case FLOODS -> {
                while (faulty) {
                    to.out().write(bytes(4096));
                }
            }
            case SWALLOWS, REORDERS -> {}
            case CLOSES -> throw new IOException("closed");
        }
    }

    @Override
    public void close() throws IOException {
        end();
        port.close();
    }
}
