package io.relaygate.tunnel;

import io.relaygate.observe.Histogram;
import io.relaygate.observe.Metrics;
import io.relaygate.tunnel.LaneStatus.End;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The lanes of a process, shown in its metrics and to whoever asks: each in a place with a number, the lowest that is
 * free, so that what is shown keeps its name while lanes come and go. One for each gateway. Any thread.
 */
public final class LaneSlots {

    /** Edges choose their names, and how many lanes they ask for: at a site no more lanes than these are shown. */
    private static final int MOST_AT_A_SITE = 1000;

    private static final List<Double> PAUSES =
            List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 16.0, 20.0, 30.0, 60.0);

    private final Histogram pauses;
    private final Map<Place, LaneSlot> taken = new TreeMap<>(
            Comparator.comparing(Place::end).thenComparing(Place::peer).thenComparingInt(Place::number));

    /** Where a lane is shown. */
    record Place(End end, String peer, int number) {}

    /** No lanes yet; they will be shown in these metrics. */
    public LaneSlots(Metrics metrics) {
        pauses = metrics.histogram(
                "relaygate_tunnel_pause_seconds",
                "How long lanes were without a carrier before they went on; at a site all edges together.",
                PAUSES,
                "end",
                "peer");
        metrics.sampled(new LaneMetrics(this)::sample);
    }

    /** The first free place of a peer. */
    synchronized LaneSlot take(End end, String peer) {
        int number = 0;
        while (taken.containsKey(new Place(end, peer, number))) {
            number++;
        }
        Place place = new Place(end, peer, number);
        // Names of edges are not from the configuration, and a series of a histogram stays for ever.
        String[] labels = {end.name(), end == End.EDGE ? peer : ""};
        LaneSlot slot = new LaneSlot(place, nanos -> pauses.observe(nanos / 1e9, labels), this::free);
        if (end == End.EDGE || atSites() < MOST_AT_A_SITE) {
            taken.put(place, slot);
        }
        return slot;
    }

    private long atSites() {
        return taken.keySet().stream().filter(place -> place.end() == End.SITE).count();
    }

    /** One that is not shown frees nobody's place. */
    private synchronized void free(LaneSlot slot) {
        taken.remove(slot.place(), slot);
    }

    private synchronized List<LaneSlot> slots() {
        return List.copyOf(taken.values());
    }

    /** All lanes as they are now, those of a peer side by side; takes the lock of each for a moment. */
    public List<LaneStatus> all() {
        return slots().stream().map(LaneSlot::status).filter(Objects::nonNull).toList();
    }
}
