package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * An edge with its relay and a site behind a tunnel, before a SQL Server. The site's CPU counts.
 *
 * @param home the folder of the unpacked distribution
 */
record SqlSet(SqlRoute route, Path home) implements Setup {

    @Override
    public String name() {
        return route.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String title() {
        return route.title();
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        return TwoGateways.start(home, folder, new Configurations(folder, surroundings, "tunnel", null),
                route.ofTheSite(surroundings.certificate()), List.of(), SqlClient::answers);
    }
}
