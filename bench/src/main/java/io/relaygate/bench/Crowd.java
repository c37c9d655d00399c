package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The haulers and typists of a survival run. */
final class Crowd {

    private final FarEnd far;
    private final Complaints complaints;
    private final Map<Long, Haul> hauls = new LinkedHashMap<>();
    private final List<Typist> typists = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Crowd(FarEnd far, Complaints complaints) {
        this.far = far;
        this.complaints = complaints;
    }

    /** Opens all sessions through {@code entry} and lets them run. */
    static Crowd enter(InetSocketAddress entry, FarEnd far, SurvivalOptions options, Complaints complaints)
            throws IOException {
        Crowd crowd = new Crowd(far, complaints);
        for (long i = 1; i <= options.bulk(); i++) {
            crowd.hauls.put(i, Haul.near(entry, i, options.rate()));
        }
        for (long i = 1; i <= options.keys(); i++) {
            crowd.typists.add(new Typist(entry, i));
        }
        crowd.hauls.forEach((number, haul) -> crowd.start("bulk session " + number, haul::run));
        for (int i = 0; i < crowd.typists.size(); i++) {
            crowd.start("typing session " + (i + 1), crowd.typists.get(i)::run);
        }
        return crowd;
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void start(String who, Work work) {
        threads.add(Thread.ofVirtual().name(who).start(() -> {
            try {
                work.run();
            } catch (IOException e) {
                complaints.add(who, String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts clients", e);
            }
        }));
    }

    /** Ends all sessions in order, waits for them, and compares what was sent with what came. */
    void leave() throws InterruptedException {
        hauls.values().forEach(Haul::stop);
        typists.forEach(Typist::stop);
        for (Thread thread : threads) {
            thread.join();
        }
        if (complaints.none()) {
            hauls.forEach(this::compare);
        }
    }

    private void compare(long number, Haul near) {
        Haul there = far.haul(number);
        if (near.sent() != there.received() || there.sent() != near.received()) {
            complaints.add("bulk session " + number, "up %d of %d bytes, down %d of %d".formatted(
                    there.received(), near.sent(), near.received(), there.sent()));
        }
    }

    List<Typist> typists() {
        return typists;
    }

    /** All waits of keys for more than {@code limit}; after {@link #leave}. */
    List<Wait> waits(Duration limit) {
        return typists.stream().flatMap(typist -> typist.waits(limit).stream()).toList();
    }

    int sessions() {
        return hauls.size() + typists.size();
    }

    /** Bytes that clients have sent, the words of their beginning included. */
    long bytesUp() {
        long heads = (long) sessions() * (1 + Long.BYTES);
        return heads + hauls.values().stream().mapToLong(Haul::sent).sum() + keys();
    }

    /** Bytes that have come back to clients. */
    long bytesDown() {
        return hauls.values().stream().mapToLong(Haul::received).sum() + keys();
    }

    private long keys() {
        return typists.stream().mapToLong(Typist::count).sum();
    }
}
