package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.PacketHeader;
import java.io.IOException;
import java.io.OutputStream;

/** An answer that is too long to be held as a whole: goes out in packets as they fill, each in one write. */
final class FakePackets extends OutputStream {

    private final OutputStream out;
    private final byte[] packet;
    private int end = PacketHeader.SIZE;

    FakePackets(OutputStream out, int packetSize) {
        this.out = out;
        this.packet = new byte[packetSize];
        packet[0] = PacketHeader.RESULT;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int at = 0; at < length; ) {
            if (end == packet.length) {
                send(0);
            }
            int n = Math.min(length - at, packet.length - end);
            System.arraycopy(bytes, offset + at, packet, end, n);
            end += n;
            at += n;
        }
    }

    /** Ends the answer. */
    void finish() throws IOException {
        send(PacketHeader.LAST);
    }

    private void send(int status) throws IOException {
        packet[1] = (byte) status;
        packet[2] = (byte) (end >> 8);
        packet[3] = (byte) end;
        out.write(packet, 0, end);
        end = PacketHeader.SIZE;
    }
}
