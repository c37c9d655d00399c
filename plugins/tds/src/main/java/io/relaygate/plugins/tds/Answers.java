package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.ResultSummary;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** A server whose packets are seen as they pass, wherever they are cut. Whoever reads on has passed on what was read before. */
final class Answers extends ConnectionOver {

    private final Exchanges exchanges;
    private final InstantSource clock;
    private final boolean from72;
    private final byte[] header = new byte[PacketHeader.SIZE];
    private int have;
    private int left;
    private boolean last;
    private ResultSummary summary;
    private @Nullable Instant first;

    Answers(Connection under, Exchanges exchanges, InstantSource clock, int version) {
        super(under);
        this.exchanges = exchanges;
        this.clock = clock;
        this.from72 = TdsVersion.isFrom72(version);
        this.summary = new ResultSummary(from72);
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        exchanges.tell();
        return under.awaitReadable(limit);
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        exchanges.tell();
        int n = under.read(into, offset, length, limit);
        int at = offset;
        while (at < offset + n) {
            at += left > 0 ? body(into, at, offset + n - at) : head(into, at, offset + n - at);
        }
        return n;
    }

    private int head(byte[] bytes, int at, int there) throws IOException {
        int n = Math.min(PacketHeader.SIZE - have, there);
        System.arraycopy(bytes, at, header, have, n);
        have += n;
        if (have == PacketHeader.SIZE) {
            PacketHeader packet = PacketHeader.of(ByteBuffer.wrap(header));
            left = packet.length() - PacketHeader.SIZE;
            last = packet.last();
            have = 0;
            if (first == null) {
                first = clock.instant();
            }
            endIfOver();
        }
        return n;
    }

    private int body(byte[] bytes, int at, int there) {
        int n = Math.min(left, there);
        summary.take(bytes, at, n);
        left -= n;
        endIfOver();
        return n;
    }

    private void endIfOver() {
        Instant began = first;
        if (left == 0 && last && began != null) {
            exchanges.answered(summary, began);
            summary = new ResultSummary(from72);
            first = null;
        }
    }
}
