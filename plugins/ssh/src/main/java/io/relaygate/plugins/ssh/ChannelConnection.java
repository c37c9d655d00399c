package io.relaygate.plugins.ssh;

import com.jcraft.jsch.CreditPipe;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A channel of a session with a bastion. SSH has no reset: the target sees an end, however the connection is left. */
final class ChannelConnection implements Connection {

    private static final int MOST_AHEAD = 64 * 1024;

    private final CreditPipe pipe;
    private final Runnable left;
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private byte[] ahead = {};
    private int taken;
    private boolean over;

    /** An open channel. */
    ChannelConnection(CreditPipe pipe, Runnable left) {
        this.pipe = pipe;
        this.left = left;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public ByteBuffer peek(int n) throws IOException {
        if (n < 1 || n > MOST_AHEAD) {
            throw new IllegalArgumentException("1 to " + MOST_AHEAD + " bytes can be looked at, not " + n);
        }
        byte[] seen = new byte[Math.max(n, ahead.length - taken)];
        int length = ahead.length - taken;
        System.arraycopy(ahead, taken, seen, 0, length);
        while (length < n) {
            int more = receive(seen, length, n - length);
            if (more < 0) {
                break;
            }
            length += more;
        }
        ahead = Arrays.copyOf(seen, length);
        taken = 0;
        return ByteBuffer.wrap(ahead).asReadOnlyBuffer();
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        try {
            return taken < ahead.length || pipe.awaitReadable(limit);
        } catch (SocketTimeoutException e) {
            abort();
            throw e;
        }
    }

    @Override
    public boolean canFinish() {
        return true;
    }

    @Override
    public void finish() throws IOException {
        pipe.finish();
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        pipe.deadline(instant);
    }

    @Override
    public void abort() {
        leave(false);
    }

    @Override
    public void close() {
        leave(true);
    }

    private void leave(boolean clean) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
        }
        pipe.leave(clean);
        left.run();
    }

    private int receive(byte[] into, int offset, int length) throws IOException {
        try {
            return pipe.read(into, offset, length);
        } catch (SocketTimeoutException e) {
            abort();
            throw e;
        }
    }

    /** The bytes from the target. */
    private final class In extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (taken == ahead.length) {
                return receive(into, offset, length);
            }
            int n = Math.min(length, ahead.length - taken);
            System.arraycopy(ahead, taken, into, offset, n);
            taken += n;
            return n;
        }

        @Override
        public int available() {
            return ahead.length - taken + pipe.available();
        }
    }

    /** The bytes to the target. */
    private final class Out extends OutputStream {

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            try {
                pipe.write(bytes, offset, length);
            } catch (SocketTimeoutException e) {
                abort();
                throw e;
            }
        }
    }
}
