package io.relaygate.observe;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Takes audit records, and never makes whoever brings one wait. They go to a file of their own, written by a thread of
 * its own, or else to the log. Any thread.
 */
public final class AuditTrail implements AutoCloseable {

    /** The name of the logger, where records go to the log; its lines are written whatever the log's level is. */
    public static final String LOGGER = "relaygate.audit";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    /** What may wait for the disk. A record has some 500 bytes. */
    private static final int MOST_RECORDS = 20_000;

    private static final long MOST_BYTES = 16 << 20;

    private final InstantSource clock;
    private final @Nullable ToFile toFile;
    private final Consumer<AuditRecord> otherwise;
    private @Nullable Thread thread;

    /** What there is where records go to a file. */
    private record ToFile(Path path, boolean refuses, AuditFile file, AuditQueue queue, AuditWriter writer, Counter dropped) {}

    private AuditTrail(InstantSource clock, @Nullable ToFile toFile, Consumer<AuditRecord> otherwise) {
        this.clock = clock;
        this.toFile = toFile;
        this.otherwise = otherwise;
    }

    /** To whoever takes them, on the thread that brings them. */
    public static AuditTrail to(Consumer<AuditRecord> taker) {
        return new AuditTrail(InstantSource.system(), null, taker);
    }

    /** Where the settings say; touches no file yet. */
    public static AuditTrail of(@Nullable AuditSettings settings, InstantSource clock, Metrics metrics) {
        if (settings == null) {
            return new AuditTrail(clock, null, AuditTrail::log);
        }
        Counter dropped = metrics.counter("relaygate_audit_dropped", "Audit records that could not be written.");
        AuditFile file = new AuditFile(settings.file(), settings.maxSize().bytes(), settings.keep(), clock);
        AuditQueue queue = new AuditQueue(MOST_RECORDS, MOST_BYTES);
        boolean refuses = settings.whenFull() == AuditSettings.WhenFull.REFUSE;
        return new AuditTrail(
                clock,
                new ToFile(settings.file(), refuses, file, queue, new AuditWriter(queue, file, dropped), dropped),
                AuditTrail::log);
    }

    /**
     * Opens the file and begins to write.
     *
     * @param threads starts a thread for the writer
     * @throws IOException if the file cannot be opened; the message says which and why
     */
    public synchronized void open(Function<Runnable, Thread> threads) throws IOException {
        if (toFile == null) {
            return;
        }
        try {
            toFile.file().open();
        } catch (IOException e) {
            throw new IOException("audit.file: cannot write " + toFile.path() + ": " + e, e);
        }
        thread = threads.apply(toFile.writer());
    }

    /** Takes a record. One that finds no room is counted. */
    public void record(AuditRecord record) {
        if (toFile == null) {
            otherwise.accept(record);
        } else if (!toFile.queue().offer(line(record))) {
            toFile.dropped().increment();
        }
    }

    private static void log(AuditRecord record) {
        LoggingEventBuilder line = LOG.atInfo();
        for (Map.Entry<String, Object> field : record.fields().entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(record.message());
    }

    private byte[] line(AuditRecord record) {
        StringBuilder out = new StringBuilder(512);
        out.append("{\"ts\":\"").append(JsonText.time(clock.instant())).append('"');
        JsonText.member(out, "msg", record.message());
        record.fields().forEach((name, value) -> JsonText.member(out, name, Line.value(value)));
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Whether a new session may begin: its records can be written, or the configuration says that it does not matter. */
    public boolean takesSessions() {
        return toFile == null || !toFile.refuses() || !(toFile.writer().isFailing() || toFile.queue().isFull());
    }

    /** What a session is told that may not begin. */
    public static RefusedException refusal() {
        return new RefusedException(Reason.BUSY, "the audit file cannot be written");
    }

    /** The file is opened by its name again before the next record. */
    public void reopen() {
        if (toFile != null) {
            toFile.file().reopen();
        }
    }

    /** Writes what waits, and ends the file. Records that come later are counted as dropped. */
    @Override
    public synchronized void close() {
        if (toFile == null || thread == null) {
            return;
        }
        toFile.queue().close();
        try {
            Objects.requireNonNull(thread).join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }
}
