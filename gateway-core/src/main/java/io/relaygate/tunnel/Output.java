package io.relaygate.tunnel;

import io.relaygate.tunnel.Retention.Slice;
import org.jspecify.annotations.Nullable;

/** Bytes for a carrier to write at once: records, and behind them, if it is not null, the body of the last one. */
final class Output {

    private final byte[] records;
    private final @Nullable Slice body;

    Output(byte[] records, @Nullable Slice body) {
        this.records = records;
        this.body = body;
    }

    byte[] records() {
        return records;
    }

    @Nullable Slice body() {
        return body;
    }
}
