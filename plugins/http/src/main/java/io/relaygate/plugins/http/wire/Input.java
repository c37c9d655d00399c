package io.relaygate.plugins.http.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What comes from a peer, in one buffer that is there only while something is in it or waited for. One thread at a time. */
public final class Input {

    private static final byte[] NOTHING = {};

    /** Runs before a read that may wait: what is gathered for somebody is sent to him. */
    @FunctionalInterface
    public interface BeforeWaiting {
        /** Sends. */
        void run() throws IOException;
    }

    private final InputStream in;
    private final Buffers buffers;
    private BeforeWaiting before = () -> {};
    private byte[] bytes = NOTHING;
    private ByteBuffer view = ByteBuffer.wrap(NOTHING);

    /** What is read and not consumed lies from here on. */
    private int at;

    private int end;

    /** Whether the last read has filled the buffer: there was more to come than it holds. */
    private boolean more;

    /** A peer's bytes. */
    public Input(InputStream in, Buffers buffers) {
        this.in = in;
        this.buffers = buffers;
    }

    /** What to do from now on before each read. */
    public void before(BeforeWaiting now) {
        before = now;
    }

    /** Does what is to be done before a read that may wait. */
    void aboutToWait() throws IOException {
        before.run();
    }

    /** How many bytes have come and are not consumed. */
    public int here() {
        return end - at;
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    /** What has come and is not consumed; valid until the next read. */
    ByteBuffer view() {
        return view.limit(end).position(at);
    }

    void consumedTo(int position) {
        at = position;
    }

    private void use(byte[] buffer) {
        bytes = buffer;
        view = ByteBuffer.wrap(buffer);
    }

    /**
     * Reads what comes, behind what is there.
     *
     * @param keep the first byte that is still needed; it is the first of the buffer afterwards if room had to be made
     * @return by how much everything has moved towards the front; -1 if the peer has ended
     */
    int fill(int keep) throws IOException {
        before.run();
        if (bytes.length == 0) {
            use(buffers.take());
        }
        int moved = 0;
        if (more && at == end && keep == at && bytes.length == Buffers.SIZE) {
            moved = at;
            rest();
            use(buffers.takeLarge());
        }
        if (end == bytes.length) {
            moved = keep;
            if (keep == 0) {
                use(Arrays.copyOf(bytes, 2 * bytes.length));
            } else {
                System.arraycopy(bytes, keep, bytes, 0, end - keep);
                at -= keep;
                end -= keep;
            }
        } else if (at == end && keep == at && at > 0) {
            moved = at;
            at = 0;
            end = 0;
        }
        int room = bytes.length - end;
        int n = in.read(bytes, end, room);
        if (n < 0) {
            return -1;
        }
        more = n == room;
        end += n;
        return moved;
    }

    /** Forgets what has come: nobody wants it. */
    public void consumeAll() {
        at = end;
    }

    /** Gives the buffer away if nothing is in it. */
    public void rest() {
        if (at == end && bytes.length > 0) {
            buffers.give(bytes);
            use(NOTHING);
            at = 0;
            end = 0;
        }
    }

    /** What has come and is no message any more: everything that is here. */
    public void drainTo(OutputStream out) throws IOException {
        if (at < end) {
            out.write(bytes, at, end - at);
            at = end;
        }
    }
}
