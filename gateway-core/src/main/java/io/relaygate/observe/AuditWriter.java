package io.relaygate.observe;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is in the queue to the file, in its order, until the queue is closed; a record that fails is tried again. */
final class AuditWriter implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(AuditWriter.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final AuditQueue queue;
    private final AuditFile file;
    private final Counter dropped;
    private volatile boolean failing;

    AuditWriter(AuditQueue queue, AuditFile file, Counter dropped) {
        this.queue = queue;
        this.file = file;
        this.dropped = dropped;
    }

    /** Whether the last record could not be written. */
    boolean isFailing() {
        return failing;
    }

    @Override
    public void run() {
        boolean stuck = false;
        for (List<byte[]> lines = queue.oldest(); !lines.isEmpty() && !stuck; lines = queue.oldest()) {
            boolean lastTry = queue.isClosed();
            int written = write(lines);
            queue.remove(written);
            if (written < lines.size()) {
                stuck = lastTry;
                queue.await(AGAIN);
            }
        }
        end();
    }

    /** How many of these were written. */
    private int write(List<byte[]> lines) {
        int written = 0;
        try {
            for (byte[] line : lines) {
                file.write(line);
                written++;
            }
            if (failing) {
                failing = false;
                LOG.info("the audit file is written again");
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.atError().addKeyValue("reason", e.toString()).log("the audit file cannot be written");
            }
        }
        return written;
    }

    private void end() {
        int lost = queue.size();
        if (lost > 0) {
            dropped.add(lost);
            LOG.atError().addKeyValue("records", lost).log("audit records are lost");
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.atError().addKeyValue("reason", e.toString()).log("the audit file may lack its last records");
        }
    }
}
