package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;

/** Where packets end in a stream, by their headers alone. One thread. */
public final class PacketCounter {

    private final byte[] header = new byte[PacketHeader.SIZE];
    private int have;
    private int left;

    /**
     * Takes the stream's next bytes.
     *
     * @throws MalformedException if one of their packets has a length that cannot be one
     */
    public void take(byte[] bytes, int offset, int length) throws MalformedException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int n;
            if (left > 0) {
                n = Math.min(left, end - at);
                left -= n;
            } else {
                n = Math.min(PacketHeader.SIZE - have, end - at);
                System.arraycopy(bytes, at, header, have, n);
                have += n;
                if (have == PacketHeader.SIZE) {
                    left = PacketHeader.of(ByteBuffer.wrap(header)).length() - PacketHeader.SIZE;
                    have = 0;
                }
            }
            at += n;
        }
    }

    /** Whether the stream stands between two packets. */
    public boolean between() {
        return have == 0 && left == 0;
    }
}
