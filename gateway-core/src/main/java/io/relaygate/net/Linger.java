package io.relaygate.net;

import java.io.IOException;
import java.time.Duration;

/**
 * The time between telling a peer the end and closing the socket. A socket that is closed while its peer still sends is reset, and the
 * reset destroys what was said last before the peer has read it (RFC 9112 section 9.6). So what comes yet is read and dropped, by a thread
 * of its own, until the peer ends too, has had its time, or has sent too much.
 */
final class Linger {

    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final int MOST_DROPPED = 1 << 20;

    private final TimedReceiver.Source peer;
    private final Runnable close;

    private Linger(TimedReceiver.Source peer, Runnable close) {
        this.peer = peer;
        this.close = close;
    }

    /**
     * Returns at once.
     *
     * @param peer what it says yet
     * @param close wakes whoever receives, and may be called twice
     */
    static void then(TimedReceiver.Source peer, Runnable close) {
        Threads.startVirtual("linger", new Linger(peer, close)::run);
    }

    private void run() {
        Deadlines.Timer timer = Deadlines.shared().after(LONGEST, close);
        dropWhatComes();
        timer.cancel();
        close.run();
    }

    private void dropWhatComes() {
        byte[] dropped = new byte[4096];
        int left = MOST_DROPPED;
        try {
            while (left > 0) {
                int n = peer.receive(dropped, 0, dropped.length);
                if (n <= 0) {
                    return;
                }
                left -= n;
            }
        } catch (IOException e) {
            // It has left, or its time is over.
        }
    }
}
