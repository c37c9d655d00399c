package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The messages of the connection protocol (RFC 4254): their numbers, and those that a client sends, as bytes. */
public final class ConnectionMessage {

    public static final int GLOBAL_REQUEST = 80;
    public static final int REQUEST_SUCCESS = 81;
    public static final int REQUEST_FAILURE = 82;
    public static final int CHANNEL_OPEN = 90;
    public static final int CHANNEL_OPEN_CONFIRMATION = 91;
    public static final int CHANNEL_OPEN_FAILURE = 92;
    public static final int CHANNEL_WINDOW_ADJUST = 93;
    public static final int CHANNEL_DATA = 94;
    public static final int CHANNEL_EXTENDED_DATA = 95;
    public static final int CHANNEL_EOF = 96;
    public static final int CHANNEL_CLOSE = 97;
    public static final int CHANNEL_REQUEST = 98;
    public static final int CHANNEL_SUCCESS = 99;
    public static final int CHANNEL_FAILURE = 100;

    private static final int NUMBER = 1;
    private static final int INT = Integer.BYTES;

    private ConnectionMessage() {}

    /** Section 4. */
    public static byte[] globalRequest(String name, boolean wantReply, byte[] data) {
        byte[] text = bytes(name);
        ByteBuffer message = start(GLOBAL_REQUEST, INT + text.length + 1 + data.length);
        return string(message, text).put(flag(wantReply)).put(data).array();
    }

    /** REQUEST_FAILURE: what the peer asks for is not known. */
    public static byte[] requestFailure() {
        return new byte[] {REQUEST_FAILURE};
    }

    /** Section 5.1. */
    public static byte[] open(String type, int sender, int window, int largest, byte[] data) {
        byte[] text = bytes(type);
        ByteBuffer message = start(CHANNEL_OPEN, 4 * INT + text.length + data.length);
        return string(message, text).putInt(sender).putInt(window).putInt(largest).put(data).array();
    }

    /** Section 5.1. */
    public static byte[] openConfirmation(int recipient, int sender, int window, int largest) {
        return start(CHANNEL_OPEN_CONFIRMATION, 4 * INT).putInt(recipient).putInt(sender).putInt(window).putInt(largest).array();
    }

    /** Section 5.1. */
    public static byte[] openFailure(int recipient, int reason, String words) {
        byte[] text = bytes(words);
        ByteBuffer message = start(CHANNEL_OPEN_FAILURE, 4 * INT + text.length).putInt(recipient).putInt(reason);
        return string(message, text).putInt(0).array();
    }

    /** Section 5.2. */
    public static byte[] windowAdjust(int recipient, int more) {
        return start(CHANNEL_WINDOW_ADJUST, 2 * INT).putInt(recipient).putInt(more).array();
    }

    /** Section 5.2, without the bytes themselves, which follow. */
    public static byte[] data(int recipient, int length) {
        return start(CHANNEL_DATA, 2 * INT).putInt(recipient).putInt(length).array();
    }

    /** CHANNEL_EOF, CHANNEL_CLOSE, CHANNEL_SUCCESS or CHANNEL_FAILURE. */
    public static byte[] plain(int number, int recipient) {
        return start(number, INT).putInt(recipient).array();
    }

    /** Section 5.4. */
    public static byte[] channelRequest(int recipient, String type, boolean wantReply, byte[] data) {
        byte[] text = bytes(type);
        ByteBuffer message = start(CHANNEL_REQUEST, 2 * INT + text.length + 1 + data.length).putInt(recipient);
        return string(message, text).put(flag(wantReply)).put(data).array();
    }

    private static ByteBuffer start(int number, int length) {
        return ByteBuffer.allocate(NUMBER + length).put((byte) number);
    }

    private static ByteBuffer string(ByteBuffer message, byte[] text) {
        return message.putInt(text.length).put(text);
    }

    private static byte flag(boolean value) {
        return (byte) (value ? 1 : 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
