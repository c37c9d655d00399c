package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders for tests. */
final class Folders {

    /** What belongs to this build and may stay for a look afterwards. */
    static final Path WORK = ours(Path.of(System.getProperty("relaygate.work", "target/it")).toAbsolutePath());

    private Folders() {}

    /** A folder that others cannot enter: tests write keys into it, and the product refuses those that everybody can read. */
    private static Path ours(Path folder) {
        try {
            Files.createDirectories(folder);
            return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty folder under the build's; what was there is deleted. */
    static Path fresh(String name) {
        Path folder = WORK.resolve(name);
        delete(folder);
        return create(folder);
    }

    /**
     * A new folder outside the build's that another user may enter: JUnit's own are closed to others, and a checkout
     * may lie where they cannot go. The caller deletes it.
     */
    static Path enterable(String name) {
        try {
            Path folder = Files.createTempDirectory("relaygate-" + name + "-");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets everybody read and write a file, or enter and change a folder. */
    static void openToAll(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path file, String text) {
        try {
            create(file.toAbsolutePath().resolveSibling(""));
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's text; empty while there is no file. Bytes that are no UTF-8 are replaced. */
    static String text(Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes the folder with everything in it, if it is there. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
