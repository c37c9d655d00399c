package io.relaygate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name of this process that no other living process has: kept, and held, in the state folder. */
final class Instance implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Instance.class);
    private static final int DIGITS = 16;

    private final FileChannel file;
    private final String name;

    private Instance(FileChannel file, String name) {
        this.file = file;
        this.name = name;
    }

    /**
     * Takes the name that belongs to a state folder; if another process has it, a new one for this run alone.
     *
     * @throws IOException if the folder cannot be written
     */
    static Instance take(Path stateDir) throws IOException {
        Files.createDirectories(stateDir);
        FileChannel file = FileChannel.open(
                stateDir.resolve("instance"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            return new Instance(file, holds(file) ? nameIn(file) : newName());
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static boolean holds(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
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

    /** Lets another process have the name. */
    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.atDebug().log("the instance file could not be closed: {}", e.getMessage());
        }
    }
}
