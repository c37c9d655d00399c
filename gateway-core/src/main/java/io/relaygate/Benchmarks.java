package io.relaygate;

import io.relaygate.admin.BenchReport;
import io.relaygate.admin.BenchRequest;
import io.relaygate.destination.Destination;
import io.relaygate.sdk.DestinationName;
import io.relaygate.tunnel.LaneSlots;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Lets one measurement go on at a time: two would measure each other. Any thread. */
final class Benchmarks {

    private final LaneSlots slots;
    private final AtomicBoolean going = new AtomicBoolean();

    Benchmarks(LaneSlots slots) {
        this.slots = slots;
    }

    /** Measures on the calling thread, which takes seconds. */
    BenchReport run(BenchRequest request, Function<DestinationName, Optional<Destination>> destinations)
            throws IOException {
        if (!going.compareAndSet(false, true)) {
            throw new IOException("another measurement goes on");
        }
        try {
            return new Benchmark(request, destinations, slots).run();
        } finally {
            going.set(false);
        }
    }
}
