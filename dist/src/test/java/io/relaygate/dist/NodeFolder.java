package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Programs for Node, with the packages of their lock file installed beside them. */
final class NodeFolder {

    private static final Path SHARED = Folders.WORK.resolveSibling("npm");
    private static final List<String> PACKAGES = List.of("package.json", "package-lock.json", ".npmrc");

    private NodeFolder() {}

    /** Copies them from the test's resources into the build's folder; a second time does not ask the registry again. */
    static Path install(String name, String... programs) {
        Path folder = Folders.create(Folders.WORK.resolve(name));
        Stream.concat(PACKAGES.stream(), Stream.of(programs)).forEach(file -> copy("/" + name + "/" + file, folder.resolve(file)));
        alone(name, shared -> installed(name, shared));
        Programs.run("ln", "-sfn", SHARED.resolve(name).resolve("node_modules").toString(), folder.resolve("node_modules").toString()).orFail();
        return folder;
    }

    /** Puts a package beside the others without what it depends on, after its checksum is compared. */
    static void unpack(String name, String version, String sha512) {
        alone(name, shared -> {
            Path unpacked = shared.resolve("node_modules").resolve(name);
            if (Files.exists(unpacked.resolve("index.js"))) {
                return;
            }
            Programs.in(shared).start("npm", "pack", "--silent", name + "@" + version).orFail();
            Path archive = shared.resolve(name + "-" + version + ".tgz");
            check(archive, sha512);
            Folders.create(unpacked);
            Programs.run("tar", "xzf", archive.toString(), "-C", unpacked.toString(), "--strip-components=1").orFail();
        });
    }

    private static void installed(String name, Path shared) {
        // npm writes it last.
        if (!Files.exists(shared.resolve("node_modules/.package-lock.json"))) {
            PACKAGES.forEach(file -> copy("/" + name + "/" + file, shared.resolve(file)));
            Programs.in(shared).start("npm", "ci", "--silent").orFail();
        }
    }

    /** The folder with the packages, which all processes that run tests share: what is done there is done by one at a time. */
    private static void alone(String name, Consumer<Path> action) {
        Path shared = Folders.create(SHARED.resolve(name));
        try (FileChannel lock = FileChannel.open(shared.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            action.accept(shared);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(Path archive, String sha512) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(archive));
            if (!sha512.equals(Base64.getEncoder().encodeToString(digest))) {
                Files.delete(archive);
                throw new AssertionError("the registry gave another " + archive.getFileName() + " than the one that is known");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
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
