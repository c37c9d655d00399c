package io.relaygate.relay;

import io.relaygate.net.FrameReader;
import io.relaygate.net.Threads;
import io.relaygate.relay.Conformance.Question;
import io.relaygate.relay.Conformance.Reaches;
import io.relaygate.relay.ConformanceLeg.Frame;
import io.relaygate.relay.ConformanceLeg.Quiet;
import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.ControlMessage.RenewToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** The questions whose answer is a matter of minutes, or of a day. All of them can be asked at once. */
final class ConformanceWaits {

    /** Asks one, and notes what is seen; whether it is as expected. */
    interface Asking {
        boolean ask(ConformanceWaits waits, Map<String, String> seen) throws IOException;
    }

    /** A question. */
    record Entry(Question question, Asking asking) {}

    static final List<Entry> ALL = List.of(
            entry("cadence", "how often a silent listener gets a sign of life", "at least once in 4 minutes (every 210 s, azure-relay-dotnet#103)", 8,
                    ConformanceWaits::cadence),
            entry("expiry-grace", "for how long after its expiry a listener's token is still good, and how the listener is ended", "for 5 minutes; 1008", 9,
                    ConformanceWaits::grace),
            entry("idle-connection", "whether a connection on which nothing is said stays, with and without signs of life", "it does", 6, ConformanceWaits::idle),
            entry("recycling", "whether a listener with a good token is ended once in 24 hours", "it is", Conformance.DAY_AND_MORE, ConformanceWaits::recycling));

    private static final Duration LIFE = Duration.ofMinutes(1);

    private final ConformanceWire wire;
    private final Threads threads;
    private final InstantSource clock;
    private final Duration minute;

    /** Whichever of our listeners is told of a sender, all can take it. */
    private final BlockingQueue<Accept> accepts = new LinkedBlockingQueue<>();

    /**
     * Asks nothing yet.
     *
     * @param minute how long to wait for what would take one
     */
    ConformanceWaits(ConformanceWire wire, Threads threads, InstantSource clock, Duration minute) {
        this.wire = wire;
        this.threads = threads;
        this.clock = clock;
        this.minute = minute;
    }

    private static Entry entry(String name, String asks, String expected, int minutes, Asking asking) {
        return new Entry(new Question(name, asks, expected, Reaches.OURSELVES, Duration.ofMinutes(minutes)), asking);
    }

    private ConformanceListener listen(@Nullable String token) throws IOException {
        return ConformanceListener.open(wire, threads, token, accepts);
    }

    private Duration minutes(int many) {
        return minute.multipliedBy(many);
    }

    private String since(Instant before) {
        return Duration.between(before, clock.instant()).toSeconds() + " s";
    }

    private boolean cadence(Map<String, String> seen) throws IOException {
        try (ConformanceListener listener = listen(wire.token())) {
            Instant before = clock.instant();
            for (String which : List.of("first", "second")) {
                String sign = listener.sign(minutes(4));
                String ended = listener.ended(Duration.ZERO);
                seen.put(which, ended != null ? "ended after " + since(before) + ": " + ended : sign == null ? "none within 4 minutes" : sign + " after " + since(before));
                if (sign == null) {
                    return false;
                }
                before = clock.instant();
            }
            return true;
        }
    }

    private boolean grace(Map<String, String> seen) throws IOException {
        Instant expires = clock.instant().plus(LIFE);
        try (ConformanceListener listener = listen(wire.minted(wire.path(), false, LIFE))) {
            String ended = listener.ended(minutes(8));
            if (ended == null) {
                seen.put("channel", "still there 7 minutes after the token's expiry");
                return false;
            }
            Duration grace = Duration.between(expires, clock.instant());
            seen.put("channel", ended);
            seen.put("after the expiry", grace.toSeconds() + " s");
            return ended.startsWith("1008") && grace.compareTo(Duration.ofMinutes(4)) > 0 && grace.compareTo(Duration.ofMinutes(7)) < 0;
        }
    }

    private boolean idle(Map<String, String> seen) throws IOException {
        try (ConformanceListener listener = listen(wire.token())) {
            ConformanceSender connecting = new ConformanceSender(wire, threads, "", "");
            try (ConformanceLeg taker = new ConformanceLeg(wire.rendezvous(listener.accept().address(), "", List.of()));
                    ConformanceLeg sender = new ConformanceLeg(connecting.opened())) {
                FutureTask<Quiet> other = new FutureTask<>(() -> taker.quiet(minutes(5)));
                threads.start("probe-idle", other);
                Quiet atSender = sender.quiet(minutes(5));
                Quiet atListener = result(other);
                seen.put("sender", atSender.toString());
                seen.put("listener", atListener.toString());
                if (atSender.end() != null || atListener.end() != null) {
                    return false;
                }
                sender.send(FrameReader.BINARY, "after".getBytes(StandardCharsets.UTF_8));
                Frame after = taker.next();
                seen.put("after", after.toString());
                return after.payload().length == "after".length();
            }
        }
    }

    private static Quiet result(FutureTask<Quiet> task) throws IOException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    /** Its token is renewed all the while, so that it is not for that. */
    private boolean recycling(Map<String, String> seen) throws IOException {
        try (ConformanceListener listener = listen(wire.token())) {
            Instant before = clock.instant();
            for (int hour = 0; hour < Conformance.DAY_AND_MORE / 30; hour++) {
                String ended = listener.ended(minutes(30));
                if (ended != null) {
                    seen.put("channel", "ended after " + since(before) + ": " + ended);
                    return true;
                }
                listener.channel().sendText(new RenewToken(String.valueOf(wire.token())).toJson());
            }
            seen.put("channel", "stays");
            return false;
        }
    }
}
