package io.relaygate.plugins.ssh;

import com.jcraft.jsch.CreditPipe;
import com.jcraft.jsch.Session;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A session with a bastion, from its login to its end. A thread of its own asks the bastion from time to time whether it is still
 * there; JSch's own way of doing so needs a socket.
 */
final class BastionSession {

    private static final int PATIENCE = 3;
    private static final int BUFFER = 64 * 1024;

    private final BastionSettings settings;
    private final Connection carrier;
    private final ThreadFactory threads;
    private final Counted in;
    private final Consumer<BastionSession> over;
    private final List<CreditPipe> unanswered = new ArrayList<>();
    private final Session session;
    private boolean ended;

    /**
     * Logs in.
     *
     * @param carrier a connection to the bastion, with the deadline; it is the session's from now on
     * @param deadline when to give up
     * @param over is told when the session has ended, once
     * @throws IOException with what is wrong, for the operator
     */
    BastionSession(
            BastionSettings settings, Login login, Connection carrier, Instant deadline, ThreadFactory threads, Consumer<BastionSession> over)
            throws IOException {
        this.settings = settings;
        this.carrier = carrier;
        this.threads = threads;
        this.in = new Counted(carrier.in());
        this.over = over;
        try {
            // JSch reads each packet in two parts.
            this.session = login.over(carrier, new BufferedInputStream(in, BUFFER), deadline, this::reader);
        } catch (IOException | RuntimeException e) {
            carrier.close();
            throw e;
        }
        extend();
    }

    private Thread reader(Runnable task) {
        return threads.newThread(() -> {
            try {
                task.run();
            } finally {
                end();
            }
        });
    }

    /**
     * Asks the bastion whether it is there until the session ends.
     *
     * @param retired asked each time whether nobody needs the session any more
     */
    void watch(Predicate<BastionSession> retired) {
        threads.newThread(() -> {
            long heard = -1;
            while (pause()) {
                if (retired.test(this)) {
                    close();
                    return;
                }
                if (heard != in.count) {
                    heard = in.count;
                    extend();
                }
                ask();
            }
        }).start();
    }

    private void ask() {
        synchronized (unanswered) {
            unanswered.removeIf(CreditPipe::settled);
        }
        try {
            session.sendKeepAliveMsg();
        } catch (Exception e) {
            close();
        }
    }

    /** What has come in allows the bastion to be silent for a while; then the connection ends by itself. */
    private void extend() {
        carrier.deadline(Instant.now().plus(settings.keepAlive().multipliedBy(PATIENCE)));
    }

    private synchronized boolean pause() {
        try {
            long until = System.nanoTime() + Math.min(settings.keepAlive().toNanos(), settings.idle().toNanos());
            for (long left = until - System.nanoTime(); left > 0 && !ended; left = until - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether channels can be opened. */
    boolean alive() {
        return session.isConnected();
    }

    /**
     * Connects to a target.
     *
     * @param left is called once when the connection is closed; not if this fails
     * @throws RefusedException if the bastion does not connect
     * @throws SocketTimeoutException if the bastion has not answered; {@link #heard} says whether it says anything at all
     * @throws IOException if the session is lost
     */
    Connection open(DialTarget target, Instant deadline, Runnable left) throws IOException {
        CreditPipe pipe = CreditPipe.ask(session, target, threads);
        try {
            Integer refused = pipe.awaitOpen(deadline);
            if (refused == null) {
                return new ChannelConnection(pipe, left);
            }
            throw new RefusedException(Reason.UNREACHABLE, inWords(refused, target));
        } catch (SocketTimeoutException e) {
            synchronized (unanswered) {
                unanswered.add(pipe);
            }
            throw e;
        }
    }

    /** RFC 4254 section 5.1. */
    private static String inWords(int reason, DialTarget target) {
        return switch (reason) {
            case 1 -> "it does not permit connections to " + target;
            case 2 -> "it cannot connect to " + target;
            case 3 -> target instanceof HostPort ? "it does not forward connections" : "it does not forward connections to Unix sockets";
            case 4 -> "it has no room for a connection to " + target;
            default -> "it refuses a connection to " + target + " for reason " + reason;
        };
    }

    /** How many bytes have come from the bastion. */
    long heard() {
        return in.count;
    }

    /** Ends it, and all its connections with it. Does not wait for the bastion. */
    void close() {
        carrier.close();
        session.disconnect();
        end();
    }

    private void end() {
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            notifyAll();
        }
        carrier.close();
        over.accept(this);
    }

    /** What comes from the bastion, counted. */
    private static final class Counted extends FilterInputStream {

        private volatile long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads at a time.
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            if (n > 0) {
                count += n;
            }
            return n;
        }
    }
}
