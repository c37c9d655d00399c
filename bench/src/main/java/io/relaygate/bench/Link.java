package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What lies between the two sides of a setup, in place of loopback: a long line, which may be slow.
 *
 * @param roundTrip half of it in each direction
 * @param megabits the rate of each direction in Mbit/s, for all connections together; 0 for no limit
 */
record Link(Duration roundTrip, int megabits) {

    /** Loopback alone. */
    static final Link NONE = new Link(Duration.ZERO, 0);

    private static final int GIGABIT = 1000;

    boolean isNone() {
        return equals(NONE);
    }

    /** As in names of workloads. */
    String name() {
        return roundTrip.toMillis() + "ms" + (megabits == 0 ? "" : "-" + rate("%dmbit", "%dgbit"));
    }

    /** As in the table. */
    String title() {
        return roundTrip.toMillis() + " ms" + (megabits == 0 ? "" : ", " + rate("%d Mbit/s", "%d Gbit/s"));
    }

    private String rate(String megabit, String gigabit) {
        return megabits % GIGABIT == 0 ? gigabit.formatted(megabits / GIGABIT) : megabit.formatted(megabits);
    }

    /** This many round trips. */
    Duration times(int roundTrips) {
        return roundTrip.multipliedBy(roundTrips);
    }

    /**
     * Lays the link to a port of loopback, and returns the one to connect to in its place; the port itself if there is no link.
     *
     * @param owned where the link's process goes, which counts in nobody's figures
     */
    int to(int port, Path folder, List<Child> owned) throws IOException, InterruptedException {
        if (isNone()) {
            return port;
        }
        Part line = Part.start("link", folder, List.of("-Xmx128m", "-XX:MaxDirectMemorySize=4g"), List.of(
                Main.LINK, Integer.toString(port), Long.toString(roundTrip.toMillis()), Integer.toString(megabits)));
        owned.add(line.child());
        return line.port();
    }
}
