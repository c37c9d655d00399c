package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What every setup finds.
 *
 * @param folder where the setups make their folders
 * @param sinkProcess the process of the sink
 * @param sink the sink's address
 * @param certificate what the servers of TLS hops show; the same for all
 * @param link what lies between the two sides
 */
record Surroundings(Path folder, Child sinkProcess, InetSocketAddress sink, Certificate certificate, Link link) {

    /** The same with something else in the place of the sink. */
    Surroundings at(InetSocketAddress other) {
        return new Surroundings(folder, sinkProcess, other, certificate, link);
    }

    /** A new folder for the processes of the setup {@code name}. */
    Path newFolder(String name) throws IOException {
        return Files.createTempDirectory(folder, name + "-");
    }
}
