package io.relaygate.entrypoint;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The file of a Unix socket that is listened on. It stays where a process is killed; who may write to it may connect. */
final class SocketFile {

    /** Of a file's mode, as Linux and macOS have it: its kind, and a socket. */
    private static final int KIND = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;
    private final @Nullable Object key;

    /** That of a socket that has just been bound. */
    SocketFile(Path path) {
        this.path = path;
        this.key = key(path);
    }

    /**
     * Makes way for a socket: a file that nobody listens at any more keeps the name taken.
     *
     * @throws IOException if there is a file of another kind, which stays
     */
    static void makeWay(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new IOException("there is a file that is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.deleteIfExists(path);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return attributes(path).isOther();
        }
        return Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode && (mode & KIND) == SOCKET;
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** What tells a file from another at the same place; null if there is none, or nothing that tells. */
    private static @Nullable Object key(Path path) {
        try {
            return attributes(path).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Lets none connect but processes of this user, where files have permissions. */
    void restrict() throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** Deletes it, unless somebody else has put another in its place. */
    void delete() throws IOException {
        if (Objects.equals(key, key(path))) {
            Files.deleteIfExists(path);
        }
    }
}
