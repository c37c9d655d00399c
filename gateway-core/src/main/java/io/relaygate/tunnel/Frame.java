package io.relaygate.tunnel;

import java.nio.ByteBuffer;

/**
 * The mux's frames in the numbered stream: type (1 byte), length of the body (3 bytes), session (8 bytes), body; numbers
 * big-endian ({@code docs/tunnel.md}, frames).
 */
final class Frame {

    /** The bytes before the body. */
    static final int HEAD = 12;

    /** The longest body of every frame but DATA. */
    static final int LONGEST = 16 * 1024;

    /** The longest body of DATA. */
    static final int LONGEST_DATA = 64 * 1024;

    /** Types from here on may be skipped by who does not know them. */
    static final int OPTIONAL = 0x80;

    /** Edge to site: a new session. */
    static final int OPEN = 1;

    /** Site to edge: the session is connected. */
    static final int ACCEPTED = 2;

    /** Site to edge: it is not. */
    static final int REFUSED = 3;

    /** Bytes of a session. */
    static final int DATA = 4;

    /** How many bytes of a session may be sent, counted from its beginning. */
    static final int CREDIT = 5;

    /** The end of one direction of a session. */
    static final int FINISH = 6;

    /** The end of a session by failure. */
    static final int RESET = 7;

    /** The sender opens, or takes, no new sessions on this lane. */
    static final int GOAWAY = 8;

    private Frame() {}

    static byte[] head(int type, int length, long session) {
        return ByteBuffer.allocate(HEAD).putInt((type << 24) | length).putLong(session).array();
    }
}
