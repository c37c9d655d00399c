package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;

/** Packets as they are before keys are agreed on: without encryption and without MAC (RFC 4253 section 6). */
public final class Packet {

    /** How many bytes a packet has before its padding's length. */
    public static final int HEAD = 4;

    /** How many bytes every implementation takes, all included (section 6.1); lists of algorithms need a tenth of it. */
    public static final int LONGEST = 35_000;

    private static final int BLOCK = 8;
    private static final int LEAST_PADDING = 4;

    private Packet() {}

    /**
     * How many bytes follow the head.
     *
     * @param head its first four bytes
     * @throws MalformedException if no packet has so many
     */
    public static int length(byte[] head) throws MalformedException {
        long length = ByteBuffer.wrap(head).getInt() & 0xffffffffL;
        if (length < 2 * BLOCK - HEAD || length > LONGEST - HEAD || (length + HEAD) % BLOCK != 0) {
            throw new MalformedException("sends a packet of length " + length + ", which is none before keys are agreed on");
        }
        return (int) length;
    }

    /**
     * What a packet carries.
     *
     * @param packet all of it, as long as {@link #length} says
     * @return a view of it, of one byte at least: the number of the message
     * @throws MalformedException if its padding leaves no room for that, or is too short
     */
    public static ByteBuffer payload(byte[] packet) throws MalformedException {
        int padding = packet[HEAD] & 0xff;
        int length = packet.length - HEAD - 1 - padding;
        if (padding < LEAST_PADDING || length < 1) {
            throw new MalformedException("sends a packet with a padding of " + padding + " bytes, which does not fit");
        }
        return ByteBuffer.wrap(packet, HEAD + 1, length).slice().asReadOnlyBuffer();
    }

    /** A packet that carries this, padded with zeros: there is nothing to hide yet. */
    public static byte[] encode(byte[] payload) {
        int padding = BLOCK - (HEAD + 1 + payload.length) % BLOCK;
        if (padding < LEAST_PADDING) {
            padding += BLOCK;
        }
        ByteBuffer packet = ByteBuffer.allocate(HEAD + 1 + payload.length + padding);
        return packet.putInt(1 + payload.length + padding).put((byte) padding).put(payload).array();
    }
}
