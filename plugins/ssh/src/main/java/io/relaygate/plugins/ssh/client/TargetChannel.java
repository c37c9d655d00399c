package io.relaygate.plugins.ssh.client;

import io.relaygate.plugins.ssh.wire.ConnectionMessage;
import io.relaygate.plugins.ssh.wire.CreditQueue;
import io.relaygate.plugins.ssh.wire.Incoming;
import io.relaygate.plugins.ssh.wire.SendWindow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a session, of any type (RFC 4254 section 5). It keeps what has come until it is taken, at most {@link #WINDOW} bytes of
 * it, so that one whose taker stalls stalls no other.
 *
 * <p>One thread takes; one writes and asks; the others may be called by any.
 */
public final class TargetChannel {

    /** How many bytes a channel keeps for its taker at most. */
    public static final int WINDOW = 2 * 1024 * 1024;

    /** How many bytes one message carries at most, either way. */
    static final int LARGEST = 32 * 1024;

    private final int id;
    private final Channels channels;
    private final CreditQueue queue = new CreditQueue(WINDOW);
    private final SendWindow window = new SendWindow();
    private final Reply<Boolean> opening = new Reply<>();
    private final Replies<Boolean> replies = new Replies<>();
    private @Nullable ChannelRefusedException refusal;
    private boolean open;
    private boolean left;
    private volatile int recipient;

    /** Held while a message is on its way to TCP, so that none follows a close; never by the thread that reads. */
    private final Object sending = new Object();

    private boolean finished;
    private boolean closed;

    TargetChannel(int id, Channels channels) {
        this.id = id;
        this.channels = channels;
    }

    int id() {
        return id;
    }

    /** Waits until the peer has opened it. If it has not in time it is closed as soon as it has. */
    void awaitOpen(Instant deadline) throws IOException {
        try {
            opening.await(deadline, "it has not said in time whether it opens the channel");
        } catch (IOException e) {
            close();
            throw e;
        }
        requireNotRefused();
    }

    private synchronized void requireNotRefused() throws ChannelRefusedException {
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Sends a channel request (RFC 4254 section 5.4). On the thread that writes.
     *
     * @param data what follows {@code want_reply}
     * @param wantReply whether to wait for the answer
     * @param deadline until when
     * @return whether it was SUCCESS; true if no answer is wanted
     * @throws java.net.SocketTimeoutException if there is no answer in time
     * @throws IOException if the channel is closed, or lost
     */
    public boolean request(String type, byte[] data, boolean wantReply, Instant deadline) throws IOException {
        if (!wantReply) {
            say(ConnectionMessage.channelRequest(recipient, type, false, data));
            return true;
        }
        Reply<Boolean> reply = replies.expect();
        say(ConnectionMessage.channelRequest(recipient, type, true, data));
        return reply.await(deadline, "it has not answered the request '" + type + "' in time");
    }

    /**
     * Writes all of it; waits while the peer's window is closed.
     *
     * @throws java.net.SocketTimeoutException if the deadline has passed
     * @throws IOException if the channel is closed, or lost
     */
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int written = 0; written < length; ) {
            int part = window.take(Math.min(LARGEST, length - written));
            synchronized (sending) {
                requireSendable();
                if (finished) {
                    throw new IOException("this direction has ended");
                }
                channels.send(ConnectionMessage.data(recipient, part), bytes, offset + written, part);
            }
            written += part;
        }
    }

    /** Ends the direction to the peer, which goes on with its own. */
    public void finish() throws IOException {
        synchronized (sending) {
            requireSendable();
            if (!finished) {
                finished = true;
                channels.send(ConnectionMessage.plain(ConnectionMessage.CHANNEL_EOF, recipient));
            }
        }
    }

    private void say(byte[] message) throws IOException {
        synchronized (sending) {
            requireSendable();
            channels.send(message);
        }
    }

    private void requireSendable() throws IOException {
        if (closed) {
            throw new IOException("the channel is closed");
        }
    }

    /**
     * Takes what comes next, or waits for it. Bytes count against the window until the next call.
     *
     * @return null after the peer has closed the channel
     * @throws java.net.SocketTimeoutException if the deadline has passed
     * @throws IOException if the session is lost, or the channel was closed here
     */
    public @Nullable Incoming take() throws IOException {
        int credit = queue.credit();
        if (credit > 0) {
            // Not here: who takes, takes, also while TCP does not.
            channels.later(() -> sayUnlessClosed(ConnectionMessage.windowAdjust(recipient, credit)));
        }
        return queue.take();
    }

    private void sayUnlessClosed(byte[] message) throws IOException {
        synchronized (sending) {
            if (!closed) {
                channels.send(message);
            }
        }
    }

    /** How many bytes can be taken without waiting. */
    public int available() {
        return queue.available();
    }

    /** Waits until {@link #take} would return at once; false if the limit passed first. */
    public boolean awaitReadable(Duration limit) throws IOException {
        return queue.awaitReadable(limit);
    }

    /** When taking and writing fail; null for never. */
    public void deadline(@Nullable Instant instant) {
        queue.deadline(instant);
        window.deadline(instant);
    }

    /** Closes the channel: nothing is taken or written any more. What was written before arrives. Does not wait. */
    public void close() {
        leave(false);
    }

    /**
     * Closes the channel and goes on taking: until the peer has closed it too, it may say how a program has ended (RFC 4254 section 5.3).
     * Nothing is written any more. Does not wait.
     */
    public void hangUp() {
        fail(new IOException("the channel is closed"));
        channels.later(() -> sayClose(false));
    }

    /** As {@link #close}, but tells the peer first that all has been said ({@link #finish}). Does not wait. */
    public void end() {
        leave(true);
    }

    private void leave(boolean clean) {
        boolean told;
        synchronized (this) {
            if (left) {
                return;
            }
            left = true;
            told = open;
        }
        IOException why = new IOException("the connection is closed");
        fail(why);
        queue.leave(why);
        if (told) {
            channels.later(() -> sayClose(clean));
        }
    }

    private void sayClose(boolean clean) throws IOException {
        synchronized (sending) {
            if (closed) {
                return;
            }
            closed = true;
            if (clean && !finished) {
                channels.send(ConnectionMessage.plain(ConnectionMessage.CHANNEL_EOF, recipient));
            }
            channels.send(ConnectionMessage.plain(ConnectionMessage.CHANNEL_CLOSE, recipient));
        }
    }

    private void fail(IOException why) {
        window.fail(why);
        replies.fail(why);
    }

    // What follows is for the thread that reads, and must not wait.

    void opened(int peer, long room, long largest) {
        boolean unwanted;
        synchronized (this) {
            recipient = peer;
            open = true;
            unwanted = left;
        }
        window.open(room, largest);
        opening.set(true);
        if (unwanted) {
            channels.later(() -> sayClose(false));
        }
    }

    void refused(ChannelRefusedException why) {
        synchronized (this) {
            refusal = why;
        }
        opening.set(false);
        fail(why);
    }

    void widened(long more) {
        window.widen(more);
    }

    /** A channel whose peer keeps to no window is closed alone. */
    void received(boolean error, byte[] bytes, int offset, int length) {
        try {
            queue.put(error, bytes, offset, length);
        } catch (IOException e) {
            refuse(e);
        }
    }

    /** Tells who waits for what was received. */
    void wake() {
        queue.wake();
    }

    void received(Incoming mark) {
        try {
            queue.put(mark);
        } catch (IOException e) {
            refuse(e);
        }
    }

    private void refuse(IOException why) {
        fail(why);
        channels.later(() -> sayClose(false));
    }

    void answered(boolean success) {
        replies.next(success);
    }

    /** A request for an answer: nothing that a server asks of a client is known here. */
    void asks() throws IOException {
        channels.answer(() -> sayUnlessClosed(ConnectionMessage.plain(ConnectionMessage.CHANNEL_FAILURE, recipient)));
    }

    void closed() {
        IOException why = new IOException("the peer has closed the channel");
        opening.fail(why);
        queue.close();
        fail(why);
        channels.later(() -> sayClose(false));
    }

    void lost(IOException why) {
        opening.fail(why);
        fail(why);
        queue.fail(why);
    }
}
