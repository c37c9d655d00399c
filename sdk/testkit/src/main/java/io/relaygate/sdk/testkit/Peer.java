package io.relaygate.sdk.testkit;

import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.sdk.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client of a session, or a destination that the handler has connected to: the test's end of the connection. Text is
 * ISO 8859-1, so that it holds every byte. Each direction holds 64 KiB: whoever sends more waits for the reader. One thread.
 */
public final class Peer {

    private static final int PIECE = 4096;

    /** Where a peer breaks off. */
    record Stop(int after, boolean reset) {}

    /** Ends a dialogue whose peer has broken off. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** How a connection ended, as this side sees it. */
    enum End {
        CLEAN,
        BROKEN
    }

    private final String name;
    private final Link link;
    private final TestSession session;
    private final @Nullable HostPort asked;
    private final @Nullable Stop stop;
    private long sent;
    private @Nullable End end;
    private volatile @Nullable AssertionError expired;

    Peer(String name, Link link, TestSession session, @Nullable HostPort asked, @Nullable Stop stop) {
        this.name = name;
        this.link = link;
        this.session = session;
        this.asked = asked;
        this.stop = stop;
    }

    /** {@code client}, or the destination's name. */
    public String name() {
        return name;
    }

    /** The host that the handler has asked this destination for, or null if it named none. */
    public @Nullable HostPort asked() {
        return asked;
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T call(String what, Call<T> call) {
        Deadlines.Timer timer = Deadlines.shared().after(session.patience(), this::expire);
        try {
            return call.make();
        } catch (IOException e) {
            AssertionError known = expired;
            if (known != null) {
                throw new AssertionError(
                        name + " could not " + what + " within " + session.patience().toMillis() + " ms" + since(e) + known.getMessage(), e);
            }
            throw session.failure(name + " could not " + what, e);
        } finally {
            timer.cancel();
        }
    }

    /** While the handler is still where it is. */
    private void expire() {
        expired = session.failure("", null);
        link.abort();
    }

    private static String since(IOException e) {
        return e instanceof Received ? ": " + e.getMessage() : "";
    }

    /** What came before something went wrong. */
    private static final class Received extends IOException {
        private static final long serialVersionUID = 1L;

        Received(String came, IOException cause) {
            super(came, cause);
        }
    }

    /** Sends text. */
    public Peer sends(String text) {
        return sends(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes. */
    public Peer sends(byte[] bytes) {
        if (stop != null && sent + bytes.length > stop.after()) {
            write(Arrays.copyOf(bytes, (int) (stop.after() - sent)));
            session.settle();
            if (stop.reset()) {
                link.abort();
            } else {
                call("end", () -> {
                    link.finish();
                    return true;
                });
            }
            throw new Stopped();
        }
        write(bytes);
        return this;
    }

    private void write(byte[] bytes) {
        if (bytes.length > 0) {
            call("send " + bytes.length + " bytes", () -> {
                link.out().write(bytes);
                return true;
            });
            sent += bytes.length;
        }
    }

    /**
     * Sends zeros until the handler takes no more, as it must when nobody reads what it passes on; then breaks its connection.
     *
     * @param most how many bytes it may take, 64 KiB for each pipe included
     */
    public Peer stallsWithin(int most) {
        long begin = sent;
        Thread thread = Thread.ofVirtual().name(name + " floods").start(() -> {
            try {
                while (sent - begin <= most) {
                    link.out().write(new byte[PIECE]);
                    sent += PIECE;
                }
            } catch (IOException e) {
                // The handler has ended it.
            }
        });
        session.settle(() -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
        if (sent - begin > most) {
            throw session.failure("the handler has taken more than " + most + " bytes of " + name + " that nobody reads", null);
        }
        link.abort();
        return this;
    }

    /** Receives as many bytes. */
    public byte[] receives(int bytes) {
        return call("receive " + bytes + " bytes", () -> {
            byte[] all = link.in().readNBytes(bytes);
            if (all.length < bytes) {
                throw new IOException("the end came after '" + text(all) + "'");
            }
            return all;
        });
    }

    /** Receives this text, and not yet what follows. */
    public Peer receives(String text) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        call("receive '" + text + "'", () -> {
            InputStream in = link.in();
            while (all.size() < text.length()) {
                int next;
                try {
                    next = in.read();
                } catch (IOException e) {
                    throw received(all, e);
                }
                if (next < 0) {
                    throw received(all, new IOException("the end"));
                }
                all.write(next);
                if (!text.startsWith(text(all.toByteArray()))) {
                    all.write(in.readNBytes(Math.min(in.available(), 200)));
                    throw received(all, new IOException("something else"));
                }
            }
            return true;
        });
        return this;
    }

    private IOException received(ByteArrayOutputStream all, IOException cause) {
        String came = "there came '" + text(all.toByteArray()) + "'";
        return new Received(expired == null ? came + " and then " + cause.getMessage() : came, cause);
    }

    /** Receives until the handler ends this direction. */
    public byte[] receivesToTheEnd() {
        byte[] all = call("receive to the end", () -> link.in().readAllBytes());
        end = End.CLEAN;
        return all;
    }

    /** The handler has ended this direction, and nothing was left in it. */
    public Peer seesTheEnd() {
        String left = text(receivesToTheEnd());
        if (!left.isEmpty()) {
            throw session.failure(name + " has received '" + left + "' before the end", null);
        }
        return this;
    }

    /** The handler has broken the connection. */
    public Peer seesAReset() {
        if (drain() != End.BROKEN) {
            throw session.failure(name + " has seen an end and no reset", null);
        }
        return this;
    }

    /** Ends this peer's direction and can still receive. */
    public Peer finishes() {
        call("end", () -> {
            link.finish();
            return true;
        });
        return this;
    }

    /** Breaks the connection. */
    public void resets() {
        link.abort();
        end = End.BROKEN;
    }

    /** Ends both directions. */
    public void closes() {
        link.close();
        end = End.CLEAN;
    }

    long sent() {
        return sent;
    }

    boolean isOver() {
        return end != null;
    }

    /** Takes what comes until it ends, and then ends too. */
    End drain() {
        if (end != null) {
            return end;
        }
        try {
            call("see an end", () -> {
                while (link.in().read(new byte[PIECE]) >= 0) {
                    // Nobody wants it.
                }
                return true;
            });
            end = End.CLEAN;
            link.finish();
        } catch (AssertionError e) {
            if (expired != null) {
                throw e;
            }
            end = End.BROKEN;
        } catch (IOException e) {
            // The handler has ended both directions.
        }
        return Objects.requireNonNull(end);
    }

    void abort() {
        link.abort();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
