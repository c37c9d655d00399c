package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Programs for Node, with the packages of their lock file installed beside them. */
final class NodeFolder {

    private static final List<String> PACKAGES = List.of("package.json", "package-lock.json", ".npmrc");

    private NodeFolder() {}

    /** Copies them from the test's resources into the build's folder; a second time does not ask the registry again. */
    static Path install(String name, String... programs) {
        Path folder = Folders.create(Folders.WORK.resolve(name));
        Stream.concat(PACKAGES.stream(), Stream.of(programs)).forEach(file -> copy("/" + name + "/" + file, folder.resolve(file)));
        Path done = folder.resolve("node_modules");
        if (!Files.exists(done)) {
            Programs.in(folder).start("npm", "ci", "--silent").orFail();
        }
        return folder;
    }

    private static void copy(String resource, Path to) {
        try {
            Path from = Path.of(Objects.requireNonNull(NodeFolder.class.getResource(resource), resource).toURI());
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
