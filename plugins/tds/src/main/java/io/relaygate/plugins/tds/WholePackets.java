package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes packets whole, each in one write and so in one record of TLS, as SQL Server wants them. Holds no more than a packet that has not come to
 * its end.
 */
final class WholePackets extends ConnectionOver {

    private final OutputStream out = new Packets();
    private final OutputStream packets;
    private byte[] begun = new byte[0];
    private int have;

    WholePackets(Connection under) {
        this(under, under.out());
    }

    /** With packets going elsewhere. */
    WholePackets(Connection under, OutputStream packets) {
        super(under);
        this.packets = packets;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    /** What was begun goes too: the server is to see where it ended. */
    @Override
    public void finish() throws IOException {
        if (have > 0) {
            under.out().write(begun, 0, have);
        }
        under.finish();
    }

    private final class Packets extends OutputStream {

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int at = offset;
            int end = offset + length;
            while (at < end) {
                if (have == 0 && end - at >= PacketHeader.SIZE) {
                    int packet = length(bytes, at);
                    if (packet <= end - at) {
                        packets.write(bytes, at, packet);
                        at += packet;
                        continue;
                    }
                }
                at += gather(bytes, at, end - at);
            }
        }

        private int gather(byte[] bytes, int at, int there) throws IOException {
            if (have < PacketHeader.SIZE && begun.length < PacketHeader.SIZE) {
                begun = new byte[PacketHeader.SIZE];
            }
            int wanted = begun.length;
            int n = Math.min(there, wanted - have);
            System.arraycopy(bytes, at, begun, have, n);
            have += n;
            if (have == wanted) {
                int packet = length(begun, 0);
                if (have == packet) {
                    packets.write(begun, 0, packet);
                    begun = new byte[0];
                    have = 0;
                } else {
                    begun = Arrays.copyOf(begun, packet);
                }
            }
            return n;
        }

        private static int length(byte[] bytes, int at) throws IOException {
            return PacketHeader.of(ByteBuffer.wrap(bytes, at, PacketHeader.SIZE)).length();
        }
    }
}
