package io.relaygate.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that is renamed when it is large, and opened again when somebody else has moved or removed it. A new
 * file is its owner's alone. One thread, but for {@link #reopen}.
 */
final class AuditFile implements AutoCloseable {

    /** Whether it is still the file of its name is asked no more often than that. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Path path;
    private final long maxSize;
    private final int keep;
    private final InstantSource clock;
    private volatile boolean reopen;
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private boolean onDisk;
    private long size;
    private Instant looked = Instant.MIN;

    AuditFile(Path path, long maxSize, int keep, InstantSource clock) {
        this.path = path;
        this.maxSize = maxSize;
        this.keep = keep;
        this.clock = clock;
    }

    /** Opens it, or makes it. */
    void open() throws IOException {
        boolean half = endsWithinALine();
        channel = FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND), ownerOnly(path));
        key = keyOf(path);
        onDisk = Files.isRegularFile(path);
        size = channel.size();
        looked = clock.instant();
        reopen = false;
        if (half) {
            append(channel, new byte[] {'\n'});
        }
    }

    /**
     * Writes a whole line, or nothing of it.
     *
     * @throws IOException if it cannot be written, or the file is too large and cannot be renamed
     */
    void write(byte[] line) throws IOException {
        FileChannel to = current();
        if (size > 0 && size + line.length > maxSize) {
            rotate();
            to = current();
        }
        append(to, line);
    }

    private void append(FileChannel to, byte[] line) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(line);
        try {
            while (left.hasRemaining()) {
                to.write(left);
            }
            size += line.length;
        } catch (IOException e) {
            // The beginning of a line would spoil the next one. What is no file of bytes cannot be cut, and needs not.
            try {
                to.truncate(size);
            } catch (IOException uncut) {
                e.addSuppressed(uncut);
            }
            throw e;
        }
    }

    /** The file that has the name now. */
    private FileChannel current() throws IOException {
        Instant now = clock.instant();
        if (channel != null && (reopen || !now.isBefore(looked.plus(LOOK)))) {
            looked = now;
            if (reopen || !Objects.equals(key, keyOf(path))) {
                close();
            } else {
                size = channel.size();
            }
        }
        if (channel == null) {
            open();
        }
        return Objects.requireNonNull(channel);
    }

    private void rotate() throws IOException {
        close();
        for (int i = keep + 1; Files.deleteIfExists(numbered(i)); i++) {
            // More were kept before.
        }
        for (int i = keep - 1; i > 0; i--) {
            if (Files.exists(numbered(i))) {
                Files.move(numbered(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(path, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    /** The file will be opened by its name again before the next line is written. Any thread. */
    void reopen() {
        reopen = true;
    }

    /** What makes a file another one than the next of the same name; null if there is no file. */
    private static @Nullable Object keyOf(Path path) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.fileKey() == null ? attributes.creationTime() : attributes.fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** A process that was killed may have left half a line. */
    private boolean endsWithinALine() throws IOException {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (FileChannel there = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return there.size() > 0 && there.read(last, there.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
    }

    /** Lets the operating system write down what it has. */
    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try (open) {
                if (onDisk) {
                    open.force(true);
                }
            }
        }
    }
}
