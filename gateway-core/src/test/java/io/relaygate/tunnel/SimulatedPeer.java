package io.relaygate.tunnel;

import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The application at one end of a simulated session: it writes bytes that follow from their positions, and checks that it
 * reads those of the other end, each once and in order.
 */
final class SimulatedPeer {

    private final String name;
    private final long salt;
    private final int toSend;
    private final boolean bulk;
    private final int reluctance;
    private final byte[] buffer = new byte[70_000];
    private @Nullable SimulatedPeer other;
    private @Nullable MuxSession session;
    private int sent;
    private int wanted;
    private int received;
    private boolean finished;
    private boolean ended;
    private boolean dropped;
    private @Nullable IOException failure;

    SimulatedPeer(String name, long salt, Random random) {
        this.name = name;
        this.salt = salt;
        this.bulk = random.nextInt(3) == 0;
        this.toSend = random.nextInt(4) == 0 ? 0 : random.nextInt(bulk ? 120_000 : 3_000);
        this.reluctance = random.nextInt(3) == 0 ? 2 + random.nextInt(10) : 1;
    }

    void faces(SimulatedPeer peer) {
        other = peer;
    }

    private SimulatedPeer other() {
        SimulatedPeer known = other;
        if (known == null) {
            throw new IllegalStateException("alone");
        }
        return known;
    }

    void on(MuxSession opened) {
        if (session != null) {
            throw new AssertionError(name + " is opened twice");
        }
        session = opened;
    }

    @Nullable MuxSession session() {
        return session;
    }

    boolean dropped() {
        return dropped;
    }

    @Nullable IOException failure() {
        return failure;
    }

    boolean clean() {
        return finished && ended;
    }

    /** Nothing is left to do, or nothing ever began. */
    boolean done() {
        return over() || session == null;
    }

    private boolean over() {
        return clean() || failure != null || dropped;
    }

    /** Does something at random; whether anything came of it. */
    boolean step(Random random, boolean calm) {
        MuxSession open = session;
        if (open == null || over()) {
            return false;
        }
        try {
            if (calm || random.nextInt(2) == 0) {
                boolean moved = write(open, random, calm);
                return (calm && read(open, random)) || moved;
            }
            return random.nextInt(reluctance) == 0 && read(open, random);
        } catch (IOException e) {
            failure = e;
            mayFail(e, open);
            return true;
        }
    }

    private boolean write(MuxSession open, Random random, boolean calm) throws IOException {
        if (sent == toSend) {
            if (!finished && (calm || random.nextInt(3) == 0)) {
                open.finish();
                finished = true;
                return true;
            }
            return false;
        }
        if (wanted == 0) {
            int most = bulk ? SessionLink.WRITE : random.nextBoolean() ? 20 : 1500;
            wanted = 1 + random.nextInt(Math.min(most, toSend - sent));
            for (int i = 0; i < wanted; i++) {
                buffer[i] = pattern(salt, sent + i);
            }
        }
        int n = open.offer(null, buffer, 0, wanted);
        if (n == 0) {
            return false;
        }
        System.arraycopy(buffer, n, buffer, 0, wanted - n);
        wanted -= n;
        sent += n;
        return true;
    }

    private boolean read(MuxSession open, Random random) throws IOException {
        if (ended) {
            return false;
        }
        byte[] into = new byte[1 + random.nextInt(random.nextBoolean() ? 100 : 60_000)];
        int n = open.poll(into, 0, into.length);
        for (int i = 0; i < n; i++) {
            if (into[i] != pattern(other().salt, received + i)) {
                throw new AssertionError(name + " reads something else than what was sent, at " + (received + i));
            }
        }
        if (n > 0) {
            received += n;
        }
        if (received > other().sent) {
            throw new AssertionError(name + " has read " + received + " bytes, " + other().sent + " were sent");
        }
        if (n < 0) {
            ended = true;
            if (!other().finished || received != other().sent) {
                throw new AssertionError(name + " has read to the end " + received + " bytes, " + other().sent + " were sent");
            }
        }
        return n != 0;
    }

    private void mayFail(IOException why, MuxSession open) {
        Lane lane = open.mux().lane();
        boolean right = switch (why) {
            case io.relaygate.observe.LostException _ -> lane.over();
            case io.relaygate.sdk.RefusedException _ ->
                    lane.over() || other().dropped || other().session == null;
            default -> other().dropped;
        };
        if (!right) {
            throw new AssertionError(name + " fails for nothing", why);
        }
    }

    /** Site: accepts the session, or turns it away. */
    void answer(Random random, boolean calm) {
        MuxSession open = session;
        if (open == null || over() || open.phase() != Phase.OPENING || (!calm && random.nextInt(4) == 0)) {
            return;
        }
        if (!calm && random.nextInt(20) == 0 && !finished && sent == 0) {
            dropped = true;
            open.refuse("NOT_FOUND", "by chance");
            return;
        }
        try {
            open.accept();
        } catch (IOException e) {
            failure = e;
            mayFail(e, open);
        }
    }

    /** Ends the session by failure, or closes it without reading on. */
    void drop(Random random) {
        MuxSession open = session;
        if (open == null || over()) {
            return;
        }
        dropped = true;
        try {
            if (random.nextBoolean()) {
                open.abort("by chance");
            } else {
                open.finish();
                finished = true;
                open.discard();
            }
        } catch (IOException e) {
            failure = e;
        }
    }

    static byte pattern(long salt, long position) {
        return (byte) (((((position + 1) * 0x9E3779B97F4A7C15L) ^ salt) * 0xBF58476D1CE4E5B9L) >>> 56);
    }

    @Override
    public String toString() {
        return name + " sent " + sent + " of " + toSend + (finished ? ", finished" : "") + ", received " + received
                + (ended ? ", ended" : "") + (dropped ? ", dropped" : "") + (failure == null ? "" : ", " + failure);
    }
}
