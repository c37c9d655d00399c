package io.relaygate.cli;

import io.relaygate.Forwarder;
import io.relaygate.SiteWay;
import io.relaygate.net.Buffers;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Splice;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One session between standard input and output and a service. The end of either direction is passed on as the end of that
 * direction alone; the command is over when both have ended.
 */
final class StandardStreams {

    /** How long a session may take to end by itself after a signal: ssh sends one when it has closed both streams. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Terminal terminal;
    private final Runnable connected;
    private final PipeLink.Pair pipe = PipeLink.pair();
    private volatile boolean over;
    private volatile Signals.@Nullable Event cutBy;

    /**
     * A session.
     *
     * @param connected what is done as soon as a site is reached
     */
    StandardStreams(Terminal terminal, Runnable connected) {
        this.terminal = terminal;
        this.connected = connected;
    }

    /**
     * Carries it to its end.
     *
     * @return the code to exit with
     * @throws Failure if the service could not be reached, or the session has broken
     * @throws IOException if the key of this gateway cannot be read
     */
    int run(SiteWay way) throws Failure, IOException {
        terminal.signals().claim();
        try (Forwarder forwarder = new Forwarder(way)) {
            Threads.startDaemon("signals", () -> heedSignals(forwarder));
            return carry(forwarder);
        } finally {
            over = true;
        }
    }

    private int carry(Forwarder forwarder) throws Failure {
        Splice.Outcome outcome;
        Thread out;
        try {
            Link service = forwarder.dial("stdio");
            connected.run();
            Threads.startDaemon("stdin", this::read);
            out = Threads.startDaemon("stdout", this::write);
            outcome = forwarder.carry(pipe.b(), service);
        } catch (IOException e) {
            return ended(String.valueOf(e.getMessage()));
        }
        if (outcome.failure() == null) {
            await(out);
            return Exit.OK;
        }
        return ended(outcome.decisive() == Splice.Side.A
                ? "standard output was closed"
                : forwarder.words() + ": " + outcome.failure().getMessage());
    }

    private int ended(String why) throws Failure {
        if (cutBy != null) {
            return Exit.SIGNAL + cutBy.number();
        }
        throw new Failure(Exit.FAILED, why);
    }

    private void read() {
        try (InputStream in = terminal.in()) {
            byte[] bytes = new byte[Buffers.PAYLOAD];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                pipe.a().write(bytes, 0, n);
            }
            pipe.a().finish();
        } catch (IOException e) {
            // The session has ended, or standard input is broken: nothing more can come.
            pipe.a().abort();
        }
    }

    /** Whoever reads standard output sees its end when the service has said all, while its own words may still go there. */
    private void write() {
        try (PrintStream out = terminal.out()) {
            byte[] bytes = new byte[Buffers.PAYLOAD];
            for (int n = pipe.a().in().read(bytes); n >= 0; n = pipe.a().in().read(bytes)) {
                out.write(bytes, 0, n);
                if (out.checkError()) {
                    throw new IOException("nobody reads standard output");
                }
            }
        } catch (IOException e) {
            pipe.a().abort();
        }
    }

    private static void await(Thread out) {
        try {
            out.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void heedSignals(Forwarder forwarder) {
        Signals.Event event = terminal.signals().await();
        // A second one is not waited for.
        terminal.signals().within(GRACE);
        if (!over) {
            cutBy = event;
            pipe.a().abort();
            forwarder.close();
        }
    }
}
