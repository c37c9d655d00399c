package io.relaygate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Hits relays, one at a time and one way after the other. */
final class Blows {

    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration BEYOND_SILENCE = Duration.ofSeconds(2);
    private static final List<Blow.Kind> ORDER = List.copyOf(EnumSet.allOf(Blow.Kind.class));

    private final Fleet fleet;
    private final SurvivalOptions options;
    private final PrintStream progress;
    private final List<Blow> blows = new ArrayList<>();

    Blows(Fleet fleet, SurvivalOptions options, PrintStream progress) {
        this.fleet = fleet;
        this.options = options;
        this.progress = progress;
    }

    /** Hits until the options' time is over or somebody has something to complain of. */
    List<Blow> rain(Complaints complaints) throws IOException, InterruptedException {
        long end = System.nanoTime() + options.time().toNanos();
        Thread.sleep(options.gap());
        for (int i = 0; System.nanoTime() < end && complaints.none(); i++) {
            // Each relay is hit in each way.
            Blow.Kind kind = ORDER.get(i / options.relays() % ORDER.size());
            blows.add(hit(kind, i % options.relays()));
        }
        return List.copyOf(blows);
    }

    private Blow hit(Blow.Kind kind, int number) throws IOException, InterruptedException {
        Member relay = fleet.relays().get(number);
        long began = System.nanoTime();
        switch (kind) {
            case KILL -> {
                relay.child().signal("KILL");
                relay.child().awaitEnd(END_LIMIT);
                relay.startAgain();
            }
            case SHORT_FREEZE -> freeze(relay, options.silence().dividedBy(2));
            case STOP -> {
                relay.child().signal("TERM");
                if (relay.child().awaitEnd(END_LIMIT) != 0) {
                    throw new IOException(relay.name() + " did not stop in order:\n" + relay.child().outputTail());
                }
                relay.startAgain();
            }
            case LONG_FREEZE -> freeze(relay, options.silence().plus(BEYOND_SILENCE));
        }
        long back = System.nanoTime();
        progress.printf("%s %s, away for %d ms%n", relay.name(), kind.words(), TimeUnit.NANOSECONDS.toMillis(back - began));
        Thread.sleep(options.gap());
        return new Blow(kind, number, began, back, System.nanoTime());
    }

    private static void freeze(Member relay, Duration time) throws IOException, InterruptedException {
        relay.child().signal("STOP");
        try {
            Thread.sleep(time);
        } finally {
            relay.child().signal("CONT");
        }
    }
}
