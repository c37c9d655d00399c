package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cuts one direction of sftp into its packets (draft-ietf-secsh-filexfer-02 section 3), of which only the beginning is kept. */
final class SftpPackets {

    /** What is kept of a packet: two paths as long as systems take them, and what stands around them. */
    static final int KEPT = 2 * 4096 + 256;

    /** Longer ones no program sends: OpenSSH takes a quarter of a megabyte. */
    private static final int LONGEST = 16 << 20;

    private static final int HEAD = 4;
    private static final int FIRST = 256;

    private final String whose;
    private byte[] kept = new byte[FIRST];
    private int have;

    /** Of the packet that is being read; -1 while its head is. */
    private int length = -1;

    /** Takes what is kept of a packet that has come whole. */
    interface Taker {
        /**
         * A packet.
         *
         * @param packet from its type on, valid during the call
         * @param missing how many more bytes it has had
         */
        void take(ByteBuffer packet, int missing) throws MalformedException;
    }

    /** Of a side, by its name for people. */
    SftpPackets(String whose) {
        this.whose = whose;
    }

    /**
     * Goes on with bytes.
     *
     * @throws MalformedException if they are no packets, or the taker says so
     */
    void take(byte[] from, int offset, int count, Taker taker) throws MalformedException {
        int end = offset + count;
        for (int at = offset; at < end; ) {
            int wanted = length < 0 ? HEAD : length;
            int n = Math.min(wanted - have, end - at);
            keep(from, at, n);
            at += n;
            if (have == wanted) {
                if (length < 0) {
                    length = checked(ByteBuffer.wrap(kept).getInt());
                } else {
                    int known = Math.min(length, KEPT);
                    int missing = length - known;
                    length = -1;
                    taker.take(ByteBuffer.wrap(kept, 0, known).asReadOnlyBuffer(), missing);
                }
                have = 0;
            }
        }
    }

    private void keep(byte[] from, int at, int n) {
        int room = Math.min(n, KEPT - have);
        if (room > 0) {
            if (have + room > kept.length) {
                kept = Arrays.copyOf(kept, Math.min(KEPT, Math.max(2 * kept.length, have + room)));
            }
            System.arraycopy(from, at, kept, have, room);
        }
        have += n;
    }

    private int checked(int said) throws MalformedException {
        if (said < 1 || said > LONGEST) {
            throw new MalformedException(whose + " sends a packet of " + Integer.toUnsignedString(said) + " bytes");
        }
        return said;
    }
}
