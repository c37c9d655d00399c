package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the types of sftp (RFC 4251 section 5) from what was kept of a packet. */
final class SftpReader {

    private static final int LONGEST_PATH = 512;
    private static final String CUT = "...";
    private static final int LONGEST_HANDLE = 256;

    private final ByteBuffer packet;
    private final int missing;
    private final String whose;

    SftpReader(ByteBuffer packet, int missing, String whose) {
        this.packet = packet;
        this.missing = missing;
        this.whose = whose;
    }

    int type() {
        return packet.get() & 0xff;
    }

    int number() throws MalformedException {
        need(4);
        return packet.getInt();
    }

    void skip(int bytes) throws MalformedException {
        need(bytes);
        packet.position(packet.position() + bytes);
    }

    boolean hasMore() {
        return packet.hasRemaining();
    }

    /** The length of a string that is not read, and all of which the packet has had. */
    int data() throws MalformedException {
        int length = number();
        if (length < 0 || length > packet.remaining() + missing) {
            throw broken();
        }
        return length;
    }

    /** A path, or its beginning; of one that was not kept three dots. */
    String path() throws MalformedException {
        if (packet.remaining() < 4 && missing > 0) {
            packet.position(packet.limit());
            return CUT;
        }
        int length = data();
        byte[] path = new byte[Math.min(LONGEST_PATH, Math.min(length, packet.remaining()))];
        packet.get(path);
        packet.position(packet.position() + Math.min(length - path.length, packet.remaining()));
        String text = new String(path, StandardCharsets.UTF_8);
        return path.length < length ? text + CUT : text;
    }

    /** A handle, one letter for each byte. The draft says 256 bytes at most. */
    String handle() throws MalformedException {
        int length = number();
        if (length < 0 || length > LONGEST_HANDLE) {
            throw new MalformedException(whose + " sends a handle of " + Integer.toUnsignedString(length) + " bytes");
        }
        need(length);
        byte[] handle = new byte[length];
        packet.get(handle);
        return new String(handle, StandardCharsets.ISO_8859_1);
    }

    private void need(int bytes) throws MalformedException {
        if (packet.remaining() < bytes) {
            throw broken();
        }
    }

    private MalformedException broken() {
        return new MalformedException(whose + " sends a packet that is cut off");
    }
}
