package io.relaygate.plugins.http.h2;

import java.io.IOException;
import java.util.Collection;

/** How much the peer takes, of each stream and of all of them (RFC 9113 section 5.2). Any thread. */
final class SendWindows {

    private static final int BEGINNING = 65535;
    private static final int FRAME = 16384;

    private long all = BEGINNING;
    private int ofEach = BEGINNING;

    /** What a new stream may send. */
    synchronized int ofEach() {
        return ofEach;
    }

    /** Takes what may be sent at once, up to so many bytes and one frame; 0 for nothing yet. */
    synchronized int take(Http2Stream stream, int most) throws IOException {
        stream.requireOpen();
        int now = (int) Math.min(Math.min(most, FRAME), Math.min(all, stream.sendWindow));
        if (now <= 0) {
            return 0;
        }
        all -= now;
        stream.sendWindow -= now;
        return now;
    }

    /** Waits until something may be sent. */
    synchronized int await(Http2Stream stream, int most) throws IOException {
        int now = take(stream, most);
        while (now == 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts a session", e);
            }
            now = take(stream, most);
        }
        return now;
    }

    /** Who waits looks again. */
    synchronized void wake() {
        notifyAll();
    }

    /** More of all; false if that is more than there can be. */
    synchronized boolean add(int more) {
        all += more;
        notifyAll();
        return all <= Integer.MAX_VALUE;
    }

    /** More of one stream; false if that is more than there can be. */
    synchronized boolean add(Http2Stream stream, int more) {
        stream.sendWindow += more;
        notifyAll();
        return stream.sendWindow <= Integer.MAX_VALUE;
    }

    /** Streams begin with another window, and those that there are have so much more or less; false if that is more than there can be. */
    synchronized boolean begin(int window, Collection<Http2Stream> streams) {
        int more = window - ofEach;
        ofEach = window;
        boolean good = true;
        for (Http2Stream stream : streams) {
            stream.sendWindow += more;
            good &= stream.sendWindow <= Integer.MAX_VALUE;
        }
        notifyAll();
        return good;
    }
}
