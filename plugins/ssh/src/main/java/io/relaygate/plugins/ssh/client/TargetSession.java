package io.relaygate.plugins.ssh.client;

import com.jcraft.jsch.Transport;
import io.relaygate.plugins.ssh.wire.ConnectionMessage;
import io.relaygate.sdk.Connection;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * A session with an SSH server, logged in. A thread of its own says what others must not wait for, and asks the server from time to
 * time whether it is still there; JSch's own way of doing so needs a socket. Any thread.
 */
public final class TargetSession implements AutoCloseable {

    private static final int PATIENCE = 3;
    private static final int BUFFER = 128 * 1024;

    private final Connection carrier;
    private final Duration keepAlive;
    private final Counted in;
    private final Channels channels;
    private final Transport transport;
    private @Nullable Reply<Optional<byte[]>> alive;

    private TargetSession(Connection carrier, Duration keepAlive, Counted in, Channels channels, Transport transport) {
        this.carrier = carrier;
        this.keepAlive = keepAlive;
        this.in = in;
        this.channels = channels;
        this.transport = transport;
    }

    /**
     * Logs in.
     *
     * @param carrier a connection to the server, with the deadline; it is the session's from now on
     * @param deadline when to give up
     * @param threads for as long as the session lasts: one that reads and one that keeps it alive, and one for each offer of a channel
     * @param keepAlive how often the server is asked whether it is there; after three times as long without a word it is lost
     * @throws IOException with what is wrong, for people
     */
    public static TargetSession logIn(Login login, Connection carrier, Instant deadline, ThreadFactory threads, Duration keepAlive)
            throws IOException {
        try {
            Channels channels = new Channels(threads);
            Counted in = new Counted(carrier.in(), channels::beforeReading);
            // JSch reads each packet in two parts, and this a few packets at once.
            Transport transport = login.over(carrier, new BufferedInputStream(in, BUFFER), deadline, threads, channels);
            channels.connect(transport);
            channels.whenOver(carrier::close);
            TargetSession session = new TargetSession(carrier, keepAlive, in, channels, transport);
            session.extend();
            threads.newThread(session::speak).start();
            return session;
        } catch (IOException | RuntimeException e) {
            carrier.close();
            throw e;
        }
    }

    private void speak() {
        Outbox outbox = channels.outbox();
        try {
            long heard = -1;
            Instant next = Instant.now().plus(keepAlive);
            while (!outbox.isClosed()) {
                Outbox.Saying saying = outbox.next(next);
                if (saying != null) {
                    saying.say();
                }
                if (!Instant.now().isBefore(next)) {
                    if (heard != in.count) {
                        heard = in.count;
                        extend();
                    }
                    ask();
                    next = Instant.now().plus(keepAlive);
                }
            }
        } catch (IOException e) {
            end(e);
        }
    }

    /** One question at a time: whoever answers late answers. */
    private void ask() throws IOException {
        if (alive == null || alive.isSettled()) {
            alive = channels.ask("keepalive@openssh.com", new byte[0]);
        }
    }

    /** What has come in allows the server to be silent for a while; then the connection ends by itself. */
    private void extend() {
        carrier.deadline(Instant.now().plus(keepAlive.multipliedBy(PATIENCE)));
    }

    /** Whether channels can be opened. */
    public boolean alive() {
        return transport.isConnected();
    }

    /** How many bytes have come from the server. */
    public long heard() {
        return in.count;
    }

    /** Has this run once when the session is over, however; at once if it is. Whoever notices runs it: it must not wait. */
    public void whenOver(Runnable then) {
        channels.whenOver(then);
    }

    /**
     * Asks for a channel, and waits for the answer.
     *
     * @param type {@code session}, {@code direct-tcpip}
     * @param openData what follows the fields of the window in SSH_MSG_CHANNEL_OPEN (RFC 4254 section 5.1); nothing for a session
     * @param deadline until when to wait; a channel that is opened later is closed at once
     * @throws ChannelRefusedException if the server does not open it
     * @throws java.net.SocketTimeoutException if it has not answered; {@link #heard} says whether it says anything at all
     * @throws IOException if the session is lost
     */
    public TargetChannel open(String type, byte[] openData, Instant deadline) throws IOException {
        TargetChannel channel = channels.add();
        try {
            channels.send(ConnectionMessage.open(type, channel.id(), TargetChannel.WINDOW, TargetChannel.LARGEST, openData));
        } catch (IOException e) {
            channels.forget(channel);
            throw e;
        }
        channel.awaitOpen(deadline);
        return channel;
    }

    /**
     * Sends a global request (RFC 4254 section 4), {@code tcpip-forward} for example, and waits for the answer.
     *
     * @param data what follows {@code want_reply}
     * @return what the server says with its SUCCESS, the port for example; nothing if it answers with FAILURE
     * @throws java.net.SocketTimeoutException if it has not answered in time
     * @throws IOException if the session is lost
     */
    public Optional<byte[]> request(String name, byte[] data, Instant deadline) throws IOException {
        return channels.request(name, data, deadline);
    }

    /** Who takes the channels that the server wants to open, of every type; without, or with null, they are refused. */
    public void offersTo(ChannelOffer.@Nullable Taker taker) {
        channels.take(taker);
    }

    /** Ends it, and all its channels with it. Does not wait for the server. */
    @Override
    public void close() {
        end(null);
    }

    private void end(@Nullable Exception why) {
        // First: who waits for TCP has JSch's locks.
        carrier.close();
        transport.disconnect();
        channels.over(why);
    }

    /** What comes from the server, counted. */
    private static final class Counted extends FilterInputStream {

        private final Runnable before;
        private volatile long count;

        Counted(InputStream in, Runnable before) {
            super(in);
            this.before = before;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads at a time.
        public int read(byte[] into, int offset, int length) throws IOException {
            before.run();
            int n = super.read(into, offset, length);
            if (n > 0) {
                count += n;
            }
            return n;
        }
    }
}
