package com.jcraft.jsch;

import io.relaygate.plugins.ssh.wire.CreditQueue;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A channel to a target whose reader may take its time. JSch's own channels write what has come into a pipe on the thread
 * that reads for all channels of the session, and widen the peer's window only then: one reader that stalls stalls them all. Here
 * that thread puts it into a {@link CreditQueue}, which never waits, and the window is widened by the reader, when it has read
 * (RFC 4254 section 5.2).
 *
 * <p>It is among JSch's classes because the flow control of a channel can be replaced from within their package only. The jar is
 * not sealed, and the plugin's class loader, which knows no modules, defines both. Of JSch's fields this needs those of 2.28.8: the version is
 * pinned for it.
 *
 * <p>One thread reads and one writes; the others may be called by any.
 */
@NullMarked
public final class CreditPipe {

    /** How many bytes a channel keeps for its reader at most. */
    public static final int WINDOW = 2 * 1024 * 1024;

    private final Session session;
    private final ChannelDirectTCPIP channel;
    private final CreditWriter writer;
    private final ThreadFactory threads;
    private final CreditQueue queue = new CreditQueue(WINDOW);
    private boolean leaving;

    private CreditPipe(Session session, ChannelDirectTCPIP channel, ThreadFactory threads) {
        this.session = session;
        this.channel = channel;
        this.writer = new CreditWriter(session, channel);
        this.threads = threads;
    }

    /**
     * Asks the peer for a channel; {@link #awaitOpen} says what it answers.
     *
     * @param threads for saying good-bye, which may have to wait
     * @throws IOException if the session is over
     */
    public static CreditPipe ask(Session session, DialTarget target, ThreadFactory threads) throws IOException {
        Channel channel;
        try {
            channel = session.openChannel(target instanceof HostPort ? "direct-tcpip" : "direct-streamlocal@openssh.com");
        } catch (JSchException e) {
            throw CreditWriter.lost(e);
        }
        // JSch answers with null if it fails itself, which a session that is going down makes it do.
        if (!(channel instanceof ChannelDirectTCPIP direct)) {
            throw CreditWriter.lost(null);
        }
        // JSch widens the window when less than half of its maximum is left: of none, there always is.
        direct.lwsize_max = 0;
        direct.lwsize = WINDOW;
        direct.lmpsize = CreditWriter.LARGEST;
        CreditPipe pipe = new CreditPipe(session, direct, threads);
        direct.io = pipe.new Sink();
        // From here on the end of the session reaches the sink.
        direct.connected = true;
        try {
            pipe.writer.open(target);
        } catch (IOException e) {
            direct.disconnect();
            throw e;
        }
        return pipe;
    }

    /**
     * Waits for the peer's answer.
     *
     * @return null if the channel is open, or the reason why it is not (RFC 4254 section 5.1: 1 prohibited, 2 connect failed,
     *     3 unknown type, 4 shortage)
     * @throws SocketTimeoutException if there is none yet: {@link #settled} must be asked from time to time until it is true
     * @throws IOException if the session is lost
     */
    public @Nullable Integer awaitOpen(Instant until) throws IOException {
        writer.awaitAnswer(until);
        if (channel.open_confirmation) {
            return null;
        }
        channel.disconnect();
        return channel.getExitStatus();
    }

    /** Of a channel that nobody waits for any more: whether the peer has answered. If it has opened it, it is closed. */
    public boolean settled() {
        if (channel.getRecipient() == -1 && writer.isWhole()) {
            return false;
        }
        channel.disconnect();
        return true;
    }

    /**
     * Reads; waits until there is something.
     *
     * @return how many bytes, or -1 after the peer has ended its direction, and only then
     * @throws IOException if the session or the channel is lost, or the deadline has passed
     */
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = queue.read(into, offset, length);
        int credit = queue.credit();
        if (credit > 0 && !channel.close) {
            widen(credit);
        }
        return n;
    }

    private void widen(int credit) {
        try {
            writer.widen(credit);
        } catch (IOException e) {
            // What was read is read; the next read says what has become of the channel.
            queue.fail(e);
        }
    }

    /** How many bytes can be read without waiting. */
    public int available() {
        return queue.available();
    }

    /** Waits until a read would return at once; false if the limit passed first. */
    public boolean awaitReadable(Duration limit) throws SocketTimeoutException {
        return queue.awaitReadable(limit);
    }

    /**
     * Writes all of it; waits while the peer's window is closed.
     *
     * @throws IOException if the session or the channel is lost, or the deadline has passed
     */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        writer.write(bytes, offset, length);
    }

    /** Ends the direction to the peer, which goes on with its own. */
    public void finish() throws IOException {
        writer.finish();
    }

    /** When reading and writing fail; null for never. */
    public void deadline(@Nullable Instant instant) {
        queue.deadline(instant);
        writer.deadline(instant);
    }

    /**
     * Ends the channel, of which nothing is read or written any more; does not wait.
     *
     * @param clean whether the peer is told that all has been said: it is given what was written before in any case
     */
    public void leave(boolean clean) {
        synchronized (queue) {
            if (leaving) {
                return;
            }
            leaving = true;
        }
        IOException why = new IOException("the connection is closed");
        writer.fail(why);
        queue.leave(why);
        if (session.isConnected()) {
            // Sending waits for TCP, and who ends a connection must not.
            threads.newThread(() -> sayGoodbye(clean)).start();
        } else {
            writer.wake();
        }
    }

    private void sayGoodbye(boolean clean) {
        writer.wake();
        if (clean) {
            channel.eof();
        }
        channel.disconnect();
    }

    /** What JSch's thread for all channels tells this one. */
    private final class Sink extends IO {

        @Override
        void put(byte[] bytes, int offset, int length) throws IOException {
            queue.put(bytes, offset, length);
            channel.lwsize = WINDOW;
        }

        /** There is no second stream in this type of channel. What is thrown here would end the session. */
        @Override
        void put_ext(byte[] bytes, int offset, int length) {
            queue.fail(new IOException("the bastion sends what this channel cannot have"));
            channel.disconnect();
        }

        @Override
        void out_close() {
            queue.end();
        }

        /** The peer has closed the channel, or the session is lost. */
        @Override
        void close() {
            IOException why = CreditWriter.lost(null);
            writer.fail(why);
            queue.fail(why);
            writer.wake();
        }
    }
}
