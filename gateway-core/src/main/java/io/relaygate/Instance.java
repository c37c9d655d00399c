package io.relaygate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name of this process that no other living process has: kept, and held, in the state folder. Every end of a tunnel
 * in the process has a name of its own that begins with it. Any thread.
 */
final class Instance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);
    private static final int DIGITS = 16;

    /**
     * The files that gateways of this process hold. A lock of a file belongs to the process: whoever else closes the
     * file in it gives the lock away, so the file must not even be opened again.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** What makes this process the owner of the name; a lock that nobody refers to is forgotten. */
    private record Hold(Path file, FileChannel channel, FileLock lock, String name) {}

    private final @Nullable Hold hold;
    private final String name;
    private final Map<String, Integer> ends = new HashMap<>();

    private Instance(@Nullable Hold hold, String name) {
        this.hold = hold;
        this.name = name;
    }

    /**
     * Takes the name that belongs to a state folder; if another gateway has it, a new one for this run alone.
     *
     * @throws IOException if the folder cannot be written
     */
    static Instance take(Path stateDir) throws IOException {
        Files.createDirectories(stateDir);
        Path file = stateDir.toRealPath().resolve("instance");
        if (!HELD.add(file)) {
            return new Instance(null, newName());
        }
        Hold hold = null;
        try {
            hold = hold(file);
            return new Instance(hold, hold == null ? newName() : hold.name());
        } finally {
            if (hold == null) {
                HELD.remove(file);
            }
        }
    }

    /** One for this run alone, of which no file is kept. */
    static Instance ofThisRun() {
        return new Instance(null, newName());
    }

    private static @Nullable Hold hold(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Hold hold = null;
        try {
            FileLock lock = channel.tryLock();
            hold = lock == null ? null : new Hold(file, channel, lock, nameIn(channel));
            return hold;
        } finally {
            if (hold == null) {
                channel.close();
            }
        }
    }

    private static String nameIn(FileChannel file) throws IOException {
        ByteBuffer kept = ByteBuffer.allocate(DIGITS);
        file.read(kept, 0);
        String name = new String(kept.array(), 0, kept.position(), StandardCharsets.US_ASCII);
        if (name.matches("[0-9a-f]{" + DIGITS + "}")) {
            return name;
        }
        String made = newName();
        file.truncate(0);
        file.write(ByteBuffer.wrap((made + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        return made;
    }

    private static String newName() {
        byte[] random = new byte[DIGITS / 2];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String name() {
        return name;
    }

    /**
     * A name for one end of a tunnel that no other living end has, in this process or another. Ends come and go with the
     * configuration, and two for the same purpose may live at once while the older one drains.
     *
     * @param purpose what it is for; the first one for a purpose has the same name after a restart
     */
    synchronized String nameOf(String purpose) {
        String end = name + "." + HexFormat.of().toHexDigits(purpose.hashCode());
        int count = ends.merge(end, 1, Integer::sum);
        return count == 1 ? end : end + "." + count;
    }

    /** Lets another process have the name. */
    @Override
    public void close() {
        if (hold != null) {
            try {
                hold.channel().close();
            } catch (IOException e) {
                LOG.atDebug().log("the instance file could not be closed: {}", e.getMessage());
            }
            HELD.remove(hold.file());
        }
    }
}
