package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;

/** A password as a login has it, which hides it from nobody: half bytes are swapped, then XOR A5 (MS-TDS section 2.2.6.4). */
final class HiddenPassword {

    private static final int KEY = 0xa5;

    private HiddenPassword() {}

    static byte[] hide(char[] password) {
        ByteBuffer hidden = ByteBuffer.allocate(2 * password.length).order(ByteOrder.LITTLE_ENDIAN);
        hidden.asCharBuffer().put(CharBuffer.wrap(password));
        for (int i = 0; i < hidden.limit(); i++) {
            int clear = hidden.get(i) & 0xff;
            hidden.put(i, (byte) ((clear << 4 | clear >>> 4) ^ KEY));
        }
        return hidden.array();
    }

    static char[] show(byte[] hidden) {
        char[] password = new char[hidden.length / 2];
        for (int i = 0; i < password.length; i++) {
            password[i] = (char) (shown(hidden[2 * i]) | shown(hidden[2 * i + 1]) << 8);
        }
        return password;
    }

    private static int shown(byte hidden) {
        int swapped = (hidden & 0xff) ^ KEY;
        return (swapped << 4 | swapped >>> 4) & 0xff;
    }
}
