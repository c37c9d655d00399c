package io.relaygate.dist;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The product, unpacked once for all tests from the archive that users get. */
final class Product {

    /** The folder's name has a blank, since a user's may have one. */
    private static final Path HOME = unpack("pro duct");

    /**
     * The environment of processes that are started often and live for seconds: they go without the full compiler, which
     * prepares for months and takes most of such a life. What is measured, and what carries a load, runs as shipped.
     */
    static final Map<String, String> BRIEFLY = Map.of("RELAYGATE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private Product() {}

    /** The folder that users unpack. */
    static Path home() {
        return HOME;
    }

    static Path launcher() {
        return HOME.resolve("bin/relaygate");
    }

    /** The archive. */
    static Path archive() {
        return property("relaygate.tar");
    }

    /** The archive without a runtime. */
    static Path portable() {
        return property("relaygate.portable");
    }

    /** Runs the launcher with a command that ends by itself. */
    static Programs.Ended run(Path folder, String... arguments) {
        return Programs.in(folder).start(command(arguments));
    }

    static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Unpacks the archive into a new folder of this name and gives its one folder. */
    static Path unpack(String name) {
        Path folder = Folders.fresh(name);
        Programs.run("tar", "xzf", archive().toString(), "-C", folder.toString()).orFail();
        String file = archive().getFileName().toString();
        return folder.resolve(file.substring(0, file.indexOf("-linux-x64")));
    }

    private static Path property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new AssertionError("the system property " + name + " is missing; the build sets it");
        }
        return Path.of(value);
    }
}
