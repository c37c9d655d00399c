package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.PacketCounter;
import io.relaygate.sdk.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;

/**
 * A connection inside TLS whose peer ends it as drivers and servers do, without saying so in TLS. Packets say where they end: between two of them it is an
 * end, and within one a failure.
 */
final class PacketEnds extends ConnectionOver {

    private final PacketCounter counter = new PacketCounter();

    PacketEnds(Connection under) {
        super(under);
    }

    @Override
    public boolean awaitReadable(Duration limit) throws IOException {
        try {
            return under.awaitReadable(limit);
        } catch (EOFException e) {
            // Which end it is the read says.
            return true;
        }
    }

    @Override
    public int read(byte[] into, int offset, int length, Duration limit) throws IOException {
        int n;
        try {
            n = under.read(into, offset, length, limit);
        } catch (EOFException e) {
            if (counter.between()) {
                return -1;
            }
            throw e;
        }
        counter.take(into, offset, Math.max(n, 0));
        return n;
    }
}
