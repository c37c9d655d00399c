package io.relaygate.plugins.ssh.bastion;

import io.relaygate.plugins.ssh.client.TargetChannel;
import io.relaygate.plugins.ssh.wire.Incoming;
import io.relaygate.plugins.ssh.wire.Incoming.Data;
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

    private final TargetChannel channel;
    private final Runnable left;
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private byte[] ahead = {};
    private int taken;
    private byte[] piece = {};
    private int pieceTaken;
    private int pieceLength;
    private boolean ended;
    private boolean over;

    /** An open channel. */
    ChannelConnection(TargetChannel channel, Runnable left) {
        this.channel = channel;
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
            return taken < ahead.length || pieceTaken < pieceLength || ended || channel.awaitReadable(limit);
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
        channel.finish();
    }

    @Override
    public void deadline(@Nullable Instant instant) {
        channel.deadline(instant);
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
        if (clean) {
            channel.end();
        } else {
            channel.close();
        }
        left.run();
    }

    private int receive(byte[] into, int offset, int length) throws IOException {
        int n = 0;
        while (n < length && (n == 0 || pieceTaken < pieceLength || channel.available() > 0)) {
            if (pieceTaken == pieceLength && !next()) {
                return n == 0 ? -1 : n;
            }
            int part = Math.min(length - n, pieceLength - pieceTaken);
            System.arraycopy(piece, pieceTaken, into, offset + n, part);
            pieceTaken += part;
            n += part;
        }
        return n;
    }

    /** Takes the next bytes; false if the target has ended its direction. */
    private boolean next() throws IOException {
        while (!ended) {
            switch (take()) {
                case Data data when !data.error() -> {
                    piece = data.bytes();
                    pieceLength = data.length();
                    pieceTaken = 0;
                    return true;
                }
                case Data error -> {
                    abort();
                    throw new IOException("the bastion sends what this channel cannot have");
                }
                case Incoming.Ended end -> ended = true;
                case null -> throw new IOException("the connection through the bastion is lost");
                default -> {
                    // Nothing of a connection.
                }
            }
        }
        return false;
    }

    private @Nullable Incoming take() throws IOException {
        try {
            return channel.take();
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
            return ahead.length - taken + pieceLength - pieceTaken + channel.available();
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
                channel.write(bytes, offset, length);
            } catch (SocketTimeoutException e) {
                abort();
                throw e;
            }
        }
    }
}
