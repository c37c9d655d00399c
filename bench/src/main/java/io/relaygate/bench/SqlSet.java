package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An edge with its relay and a site behind a tunnel, before a SQL Server. The site's CPU counts.
 *
 * @param name its name on the command line
 * @param home the folder of the unpacked distribution
 */
record SqlSet(String name, SqlRoute route, Path home) implements Setup {

    /** The setup of that name: {@code tcp}, {@code audit}, {@code baseline-none}, ... */
    static SqlSet of(String name, Path home) {
        String word = name.substring(name.startsWith(RelaygateSet.BASELINE) ? RelaygateSet.BASELINE.length() : 0);
        return new SqlSet(name, SqlRoute.of(word), home);
    }

    @Override
    public String title() {
        return (name.startsWith(RelaygateSet.BASELINE) ? "baseline, " : "") + route.title();
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name);
        return TwoGateways.start(home, folder, new Configurations(folder, surroundings, "tunnel", null, route.sections(folder)),
                Configurations.TO_SINK + route.ofTheSite(surroundings.certificate()), List.of(), SqlClient::answers);
    }
}
