package io.relaygate.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from files, read again when they have changed. While they cannot be read, or are wrong, what was read
 * before stays. Any thread.
 */
public final class Watched<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

    /** How often the files are looked at, at the most. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Reads the files. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Reads them all. */
        T read() throws IOException;
    }

    /** How a file looks from outside. */
    private record Stamp(@Nullable FileTime modified, long size) {}

    private final List<Path> files;
    private final Reading<T> reading;
    private final LongSupplier clock;
    private T value;
    private List<Stamp> stamps;
    private long looked;

    /** Reads them. */
    public Watched(List<Path> files, Reading<T> reading) throws IOException {
        this(files, reading, System::nanoTime);
    }

    Watched(List<Path> files, Reading<T> reading, LongSupplier clock) throws IOException {
        this.files = List.copyOf(files);
        this.reading = reading;
        this.clock = clock;
        this.stamps = stamps();
        this.value = reading.read();
        this.looked = clock.getAsLong();
    }

    /** What the files say now, or said when they were right last. */
    public synchronized T now() {
        if (!files.isEmpty() && clock.getAsLong() - looked >= LOOK.toNanos()) {
            looked = clock.getAsLong();
            List<Stamp> seen = stamps();
            if (!seen.equals(stamps)) {
                stamps = seen;
                readAgain();
            }
        }
        return value;
    }

    private void readAgain() {
        try {
            value = reading.read();
            LOG.atInfo().addKeyValue("files", files).log("files read again");
        } catch (IOException e) {
            LOG.atError().addKeyValue("reason", e.getMessage()).log("a changed file is wrong; what it said before stays in use");
        }
    }

    private List<Stamp> stamps() {
        List<Stamp> all = new ArrayList<>();
        for (Path file : files) {
            try {
                all.add(new Stamp(Files.getLastModifiedTime(file), Files.size(file)));
            } catch (IOException e) {
                all.add(new Stamp(null, -1));
            }
        }
        return all;
    }
}
