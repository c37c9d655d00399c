package io.relaygate.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The gateways' counters after a run, beside what clients have counted.
 *
 * @param edge the edge's counters
 * @param site those of all site gateways together
 * @param wrong what does not add up; empty if everything does
 */
record Books(Counters edge, Counters site, List<String> wrong) {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String OPEN = "relaygate_sessions_open";
    private static final String STARTED = "relaygate_sessions_started_total";
    private static final String ENDED = "relaygate_sessions_ended_total";
    private static final String BYTES = "relaygate_session_bytes_total";

    /** Waits until no session is open any more, and compares. */
    static Books close(Fleet fleet, Crowd crowd, List<Witness> witnesses, String load)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        Counters edge = fleet.edge().counters();
        Counters site = fleet.siteCounters();
        while (edge.sum(OPEN) + site.sum(OPEN) > 0 && System.nanoTime() < end) {
            Thread.sleep(100);
            edge = fleet.edge().counters();
            site = fleet.siteCounters();
        }
        Books books = new Books(edge, site, new ArrayList<>());
        books.compare(crowd, witnesses, load);
        return books;
    }

    private void compare(Crowd crowd, List<Witness> witnesses, String load) {
        int sessions = crowd.sessions() + witnesses.size();
        same("sessions open", 0, OPEN);
        same("sessions begun", sessions, STARTED);
        same("sessions ended", sessions, ENDED);
        double clean = edge.sum(ENDED, "ending=\"CALLER_DONE\"") + edge.sum(ENDED, "ending=\"DESTINATION_DONE\"");
        check("sessions ended in order at the edge", sessions, clean);
        same("bytes up", (double) crowd.bytesUp(), BYTES, "route=\"" + load + "\"", "direction=\"up\"");
        same("bytes down", (double) crowd.bytesDown(), BYTES, "route=\"" + load + "\"", "direction=\"down\"");
        for (Witness witness : witnesses) {
            for (String direction : List.of("up", "down")) {
                String[] labels = {"route=\"" + witness.service() + "\"", "direction=\"" + direction + "\""};
                check(witness.service() + " bytes " + direction + ", edge and site", edge.sum(BYTES, labels), site.sum(BYTES, labels));
            }
        }
    }

    private void same(String what, double wanted, String metric, String... labels) {
        check(what + " at the edge", wanted, edge.sum(metric, labels));
        check(what + " at the site", wanted, site.sum(metric, labels));
    }

    private void check(String what, double wanted, double found) {
        if (wanted != found) {
            wrong.add("%s: %.0f, not %.0f".formatted(what, found, wanted));
        }
    }

    /** Bytes that both ends have sent more than once; NaN if the gateways do not count them. */
    double resent() {
        String metric = "relaygate_tunnel_resent_bytes_total";
        return edge.has(metric) ? edge.sum(metric) + site.sum(metric) : Double.NaN;
    }

    /** Bytes of sessions, both ways. */
    double carried() {
        return edge.sum(BYTES);
    }
}
