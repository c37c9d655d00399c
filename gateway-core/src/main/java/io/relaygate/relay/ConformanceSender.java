package io.relaygate.relay;

import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Threads;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A sender's handshake, which ends when a listener has answered it: on a thread of its own. */
final class ConformanceSender {

    /** What opens the connection and waits for its answer. */
    interface Attempt {
        Opened open() throws IOException;
    }

    private final BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();

    ConformanceSender(ConformanceWire wire, Threads threads, String suffix, String query, Field... fields) {
        this(threads, () -> wire.open(suffix, query, "connect", List.of(fields)));
    }

    ConformanceSender(Threads threads, Attempt attempt) {
        threads.start("probe-sender", () -> {
            try {
                outcome.add(attempt.open());
            } catch (IOException e) {
                outcome.add(e);
            }
        });
    }

    /** What it was answered. */
    Opened opened() throws IOException {
        Object end = ConformanceListener.next(outcome, Conformance.PATIENCE.plusSeconds(5), "the relay has not answered the sender");
        if (end instanceof IOException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
        return (Opened) end;
    }
}
