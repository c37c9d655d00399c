package io.relaygate.net;

import java.io.IOException;
import java.time.Duration;

/**
 * One end of a pair of links in memory, each of which receives what the other sends. A direction holds at most 64 KiB
 * and no buffer while it is empty.
 */
public final class PipeLink extends LookAheadLink {

    /**
     * Two ends that are connected with each other.
     *
     * @param a one end
     * @param b the other
     */
    public record Pair(PipeLink a, PipeLink b) {}

    private final Pipe incoming;
    private final Pipe outgoing;

    private PipeLink(Pipe incoming, Pipe outgoing) {
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    /** Makes a connected pair. */
    public static Pair pair() {
        Pipe there = new Pipe();
        Pipe back = new Pipe();
        return new Pair(new PipeLink(back, there), new PipeLink(there, back));
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        return incoming.read(into, offset, length, limit);
    }

    @Override
    protected boolean await(Duration limit) throws IOException {
        return incoming.awaitReadable(limit);
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        outgoing.write(bytes, offset, length);
    }

    @Override
    public boolean canFinish() {
        return true;
    }

    @Override
    protected void sendEnd() {
        outgoing.end();
    }

    @Override
    protected void shut() {
        outgoing.end();
        incoming.closeReader();
    }

    @Override
    protected void drop() {
        outgoing.breakOff();
        incoming.breakOff();
    }
}
