package io.relaygate.destination;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.relaygate.net.Link;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures with the service of the plugin {@code measure} at the other end of a connection. One connection is good for
 * one measurement. Nothing is sent before the service has said what it is.
 */
public final class MeasuringClient {

    private static final byte[] GREETING = "relaygate-measure 1\n".getBytes(US_ASCII);
    private static final int LONGEST_ANSWER = 20;

    /** How long the service may take beyond what is measured. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Link link;

    /**
     * What was moved.
     *
     * @param bytes how much
     * @param time in how long, from the first byte sent to the last one that arrived
     */
    public record Moved(long bytes, Duration time) {}

    /**
     * Waits for the service's first words.
     *
     * @throws IOException if they do not come, or are others: then this is another service, and nothing was sent to it
     */
    public MeasuringClient(Link link) throws IOException {
        this.link = link;
        link.deadline(Instant.now().plus(PATIENCE));
        byte[] words = link.in().readNBytes(GREETING.length);
        if (!Arrays.equals(words, GREETING)) {
            throw new IOException("it is not a service of the protocol measure");
        }
    }

    /** Sends a byte and waits for it to come back, so many times, and gives the time of each. */
    public List<Duration> echo(int times) throws IOException {
        say("echo", PATIENCE);
        List<Duration> trips = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            link.out().write(i);
            if (link.in().read() < 0) {
                throw new IOException("the service has ended in the middle of a measurement");
            }
            trips.add(Duration.ofNanos(System.nanoTime() - began));
        }
        link.finish();
        if (link.in().read() >= 0) {
            throw new IOException("the service has sent back more than it was sent");
        }
        return trips;
    }

    /** Sends bytes until there are so many or the time is over, and waits until the service has them all. */
    public Moved up(long most, Duration limit) throws IOException {
        say("up", limit.plus(PATIENCE));
        byte[] piece = new byte[link.writeSize()];
        long sent = 0;
        long began = System.nanoTime();
        while (sent < most && System.nanoTime() - began < limit.toNanos()) {
            int n = (int) Math.min(piece.length, most - sent);
            link.out().write(piece, 0, n);
            sent += n;
        }
        link.finish();
        String answer = new String(link.in().readNBytes(LONGEST_ANSWER), US_ASCII);
        if (!answer.equals(sent + "\n")) {
            throw new IOException("the service has taken '" + answer.strip() + "' bytes of " + sent);
        }
        return new Moved(sent, Duration.ofNanos(System.nanoTime() - began));
    }

    /** Lets the service send bytes until there are so many or the time is over. */
    public Moved down(long most, Duration limit) throws IOException {
        long began = System.nanoTime();
        say("down " + most, limit.plus(PATIENCE));
        byte[] piece = new byte[link.writeSize()];
        long got = 0;
        while (System.nanoTime() - began < limit.toNanos()) {
            int n = link.in().read(piece);
            if (n < 0) {
                if (got != most) {
                    throw new IOException("the service has sent " + got + " bytes of " + most);
                }
                break;
            }
            got += n;
        }
        return new Moved(got, Duration.ofNanos(System.nanoTime() - began));
    }

    private void say(String words, Duration limit) throws IOException {
        link.deadline(Instant.now().plus(limit));
        link.out().write((words + "\n").getBytes(US_ASCII));
    }
}
