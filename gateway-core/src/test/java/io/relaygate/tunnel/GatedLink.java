package io.relaygate.tunnel;

import io.relaygate.net.Link;
import io.relaygate.net.LookAheadLink;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;

/** A link whose writes can be held up; a close waits for a write that is held up, as a WebSocket's does. */
final class GatedLink extends LookAheadLink {

    private final Link under;
    private boolean writesHeld;
    private boolean writing;
    private Runnable during = () -> {};
    private boolean dropped;

    GatedLink(Link under) {
        this.under = under;
    }

    synchronized void holdWrites(boolean held) {
        writesHeld = held;
        notifyAll();
    }

    /** What happens during the next write, before anything of it goes out. */
    synchronized void onNextWrite(Runnable event) {
        during = event;
    }

    private synchronized Runnable during() {
        Runnable event = during;
        during = () -> {};
        return event;
    }

    /** Whether a write is held up. */
    synchronized boolean holdsAWrite() {
        return writing && writesHeld;
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        return under.read(into, offset, length, limit);
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        during().run();
        synchronized (this) {
            writing = true;
            while (writesHeld && !dropped) {
                await();
            }
            writing = false;
            notifyAll();
            if (dropped) {
                throw new SocketException("the connection was aborted");
            }
        }
        under.out().write(bytes, offset, length);
    }

    @SuppressWarnings("WaitNotInLoop") // The caller loops.
    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    @Override
    public boolean canFinish() {
        return under.canFinish();
    }

    @Override
    protected void sendEnd() throws IOException {
        under.finish();
    }

    @Override
    protected synchronized void shut() {
        while (holdsAWrite() && !dropped) {
            await();
        }
        under.close();
    }

    @Override
    protected synchronized void drop() {
        dropped = true;
        notifyAll();
        under.abort();
    }
}
