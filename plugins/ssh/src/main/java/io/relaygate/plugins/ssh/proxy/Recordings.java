package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.proxy.ProxySettings.RecordingSettings;
import io.relaygate.plugins.ssh.wire.Asciicast;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.function.Consumer;

/** Makes the recordings of a route: files that the gateway's own account alone can read. Any thread. */
final class Recordings {

    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OUR_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final RecordingSettings settings;
    private final InstantSource clock;

    /**
     * As the settings say.
     *
     * @throws IllegalArgumentException if they cannot work
     */
    Recordings(RecordingSettings settings, InstantSource clock) {
        Path folder = settings.folder();
        if (Files.exists(folder) && !(Files.isDirectory(folder) && Files.isWritable(folder))) {
            throw new IllegalArgumentException("recordings cannot be written to " + folder + ": it is no folder that this account can write to");
        }
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether a program is recorded. */
    boolean isFor(String kind, boolean hasTerminal) {
        return switch (kind) {
            case "shell" -> true;
            case "exec" -> hasTerminal || settings.commands();
            default -> false;
        };
    }

    /** Whether nothing goes on that cannot be recorded. */
    boolean areNeeded() {
        return settings.onFailure() == RecordingSettings.OnFailure.REFUSE;
    }

    /**
     * Begins one.
     *
     * @param of what it is of, for its name
     * @param failed is told why it has ended before its time
     * @throws IOException if its file cannot be made
     */
    Recording begin(String of, Terminal terminal, Consumer<IOException> failed) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(settings.folder(), attributes(posix, OUR_FOLDER));
        Path file = settings.folder().resolve(WHEN.format(clock.instant()) + "-" + of + ".cast");
        OutputStream to = new BufferedOutputStream(Channels.newOutputStream(
                Files.newByteChannel(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes(posix, OURS)))) {
            // A line at a time, so that what was shown is in the file when the gateway dies.
            @Override
            public synchronized void write(byte[] line) throws IOException {
                super.write(line, 0, line.length);
                flush();
            }
        };
        try {
            return new Recording(file, new Asciicast(to, clock, terminal.width(), terminal.height(), terminal.type()), settings.input(), failed);
        } catch (IOException e) {
            to.close();
            throw e;
        }
    }

    private static FileAttribute<?>[] attributes(boolean posix, Set<PosixFilePermission> permissions) {
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)} : new FileAttribute<?>[0];
    }
}
