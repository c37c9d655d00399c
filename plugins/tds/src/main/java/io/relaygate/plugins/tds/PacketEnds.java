package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.PacketCounter;
import io.relaygate.sdk.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A connection inside TLS whose peer ends it as drivers and servers do, without saying so in TLS. Packets say where they end: between two of them it is an
 * end, and within one a failure.
 */
final class PacketEnds extends ConnectionOver {

    private final PacketCounter counter = new PacketCounter();
    private final InputStream in = new Counted();

    PacketEnds(Connection under) {
        super(under);
    }

    @Override
    public InputStream in() {
        return in;
    }

    private final class Counted extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n;
            try {
                n = under.in().read(into, offset, length);
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
}
