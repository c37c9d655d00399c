package io.relaygate.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * A folder of this host alone, with the copies that plugins are loaded from. A jar that is replaced while the gateway
 * runs, or is still being written, so never changes what is loaded.
 *
 * <p>Beside the folder lies a lock file, held as long as the host lives: what a killed process left behind is known by its
 * lock being free, and is cleared away by the next host.
 */
final class WorkFolder implements AutoCloseable {

    private static final String LOCK = ".lock";

    /**
     * A private copy of a jar.
     *
     * @param path where it is
     * @param sha256 of its content, 64 hexadecimal digits
     */
    record Copy(Path path, String sha256) {}

    private final Path folder;
    private final Path lockFile;
    private final FileChannel lock;

    private WorkFolder(Path folder, Path lockFile, FileChannel lock) {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /** Makes a new folder below {@code parent}. */
    static WorkFolder open(Path parent) throws IOException {
        Files.createDirectories(parent);
        clearLeftovers(parent);
        Path lockFile = Files.createTempFile(parent, "plugins-", LOCK);
        FileChannel lock = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        try {
            lock.tryLock();
            // Readable by this user alone: createTempFile has seen to that for the lock, createTempDirectory does here.
            Path holder = Files.createTempDirectory(parent, nameOf(lockFile) + "-");
            return new WorkFolder(holder, lockFile, lock);
        } catch (IOException e) {
            lock.close();
            throw e;
        }
    }

    /** Copies a jar. The copy is named by its content: for a content that was copied before, that copy is returned. */
    Copy copy(Path jar) throws IOException {
        MessageDigest digest = sha256();
        Path incoming = folder.resolve("incoming");
        try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
            Files.copy(in, incoming, StandardCopyOption.REPLACE_EXISTING);
        }
        String sum = HexFormat.of().formatHex(digest.digest());
        Path copy = folder.resolve(sum + ".jar");
        if (Files.exists(copy)) {
            Files.delete(incoming);
        } else {
            Files.move(incoming, copy);
        }
        return new Copy(copy, sum);
    }

    /** A new folder in it. */
    Path folder(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    /** The SHA-256 of a file, 64 hexadecimal digits. */
    static String sum(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Deletes the copy of this content, which nobody uses any more. */
    void forget(String sha256) {
        try {
            Files.deleteIfExists(folder.resolve(sha256 + ".jar"));
        } catch (IOException e) {
            // It goes with the folder.
        }
    }

    /** Deletes the copies and the folder. */
    @Override
    public void close() throws IOException {
        delete(folder);
        lock.close();
        Files.deleteIfExists(lockFile);
    }

    private static void clearLeftovers(Path parent) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, "plugins-*" + LOCK)) {
            for (Path lockFile : locks) {
                clearIfAbandoned(parent, lockFile);
            }
        }
    }

    private static void clearIfAbandoned(Path parent, Path lockFile) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                return;
            }
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, nameOf(lockFile) + "-*")) {
                for (Path folder : folders) {
                    delete(folder);
                }
            }
            Files.deleteIfExists(lockFile);
        } catch (IOException | OverlappingFileLockException e) {
            // In use by another host of this process, or not ours to delete: it is somebody else's to clear.
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private static String nameOf(Path lockFile) {
        String file = lockFile.getFileName().toString();
        return file.substring(0, file.length() - LOCK.length());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
