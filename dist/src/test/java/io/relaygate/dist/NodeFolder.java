package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
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

    /** Puts a package beside the others without what it depends on, after its checksum is compared. */
    static void unpack(Path folder, String name, String version, String sha512) {
        Path unpacked = folder.resolve("node_modules").resolve(name);
        if (Files.exists(unpacked.resolve("index.js"))) {
            return;
        }
        Programs.in(folder).start("npm", "pack", "--silent", name + "@" + version).orFail();
        Path archive = folder.resolve(name + "-" + version + ".tgz");
        check(archive, sha512);
        Folders.create(unpacked);
        Programs.run("tar", "xzf", archive.toString(), "-C", unpacked.toString(), "--strip-components=1").orFail();
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
