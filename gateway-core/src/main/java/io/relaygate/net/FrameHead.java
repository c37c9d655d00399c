package io.relaygate.net;

/**
 * The head of a frame (RFC 6455 section 5.2), as bytes only.
 *
 * @param opcode one of those of {@link FrameReader}
 * @param last whether the frame is the last of its message
 * @param length how many bytes the payload has
 * @param key the masking key, 0 if the frame is not masked
 */
record FrameHead(int opcode, boolean last, long length, int key) {

    /** The most bytes that a control frame's payload may have. */
    static final int LONGEST_CONTROL = 125;

    /** How many bytes the head at this place has, as its first two bytes say. */
    static int size(byte[] bytes, int from) {
        int length = bytes[from + 1] & 0x7f;
        int key = (bytes[from + 1] & 0x80) != 0 ? 4 : 0;
        return 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + key;
    }

    /** Reads the head at this place, all of whose bytes are there. */
    static FrameHead parse(byte[] bytes, int from, boolean masked) throws WebSocketException {
        int first = bytes[from] & 0xff;
        int second = bytes[from + 1] & 0xff;
        if ((first & 0x70) != 0) {
            throw violated("a reserved bit is set");
        }
        if (((second & 0x80) != 0) != masked) {
            throw violated(masked ? "a client's frame is not masked" : "a server's frame is masked");
        }
        boolean last = (first & 0x80) != 0;
        int opcode = first & 0x0f;
        long length = length(bytes, from);
        if (opcode > FrameReader.BINARY && (opcode < FrameReader.CLOSE || opcode > FrameReader.PONG)) {
            throw violated("unknown opcode " + opcode);
        }
        if (opcode >= FrameReader.CLOSE && (!last || length > LONGEST_CONTROL)) {
            throw violated("a control frame is fragmented or too long");
        }
        int key = masked ? (int) number(bytes, from + size(bytes, from) - 4, 4) : 0;
        return new FrameHead(opcode, last, length, key);
    }

    private static long length(byte[] bytes, int from) throws WebSocketException {
        int small = bytes[from + 1] & 0x7f;
        if (small < 126) {
            return small;
        }
        long length = number(bytes, from + 2, small == 126 ? 2 : 8);
        if (length < (small == 126 ? 126 : 65536)) {
            throw violated(length < 0 ? "a frame is impossibly long" : "a length is not written in the shortest way");
        }
        return length;
    }

    private static long number(byte[] bytes, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }

    static WebSocketException violated(String how) {
        return new WebSocketException(WebSocketException.PROTOCOL_ERROR, "the peer broke the WebSocket protocol: " + how);
    }
}
