package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Numbers of messages, and one that ends a connection (RFC 4253 section 12). */
public final class Message {

    /** SSH_MSG_KEXINIT. */
    public static final int KEY_EXCHANGE = 20;

    /** SSH_MSG_DISCONNECT. */
    public static final int DISCONNECT = 1;

    private static final int LONGEST_WORDS = 200;

    /** DISCONNECT, IGNORE, UNIMPLEMENTED and DEBUG (section 11). */
    private static final Set<Integer> AT_ANY_TIME = Set.of(DISCONNECT, 2, 3, 4);

    private Message() {}

    /** Whether a message may come at any time, also before keys are exchanged. */
    public static boolean mayComeAtAnyTime(int number) {
        return AT_ANY_TIME.contains(number);
    }

    /**
     * SSH_MSG_DISCONNECT (section 11.1).
     *
     * @param reason its number
     * @param words for people
     */
    public static byte[] disconnect(int reason, String words) {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(1 + 4 + 4 + text.length + 4);
        return message.put((byte) DISCONNECT).putInt(reason).putInt(text.length).put(text).putInt(0).array();
    }

    /** What SSH_MSG_DISCONNECT says for people, or a part of it; empty if that cannot be read. */
    public static String words(ByteBuffer disconnect) {
        ByteBuffer rest = disconnect.slice();
        int before = 1 + 4 + 4;
        if (rest.remaining() < before) {
            return "";
        }
        int length = rest.getInt(1 + 4);
        byte[] text = new byte[length < 0 || length > rest.remaining() - before ? 0 : Math.min(length, LONGEST_WORDS)];
        rest.get(before, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
