package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/** What the feature of federated authentication holds (MS-TDS section 2.2.6.4, FEDAUTH). */
public final class FederatedToken {

    /** The library that sends the token in the login itself. */
    private static final int SECURITY_TOKEN = 0x01;

    private FederatedToken() {}

    /**
     * The token in it, for the caller to wipe; null if the client would send it only when asked for.
     *
     * @throws MalformedException if it cannot be read
     */
    public static char @Nullable [] of(Feature feature) throws MalformedException {
        ByteBuffer in = feature.data();
        if (!in.hasRemaining()) {
            throw new MalformedException("a feature of federated authentication without data");
        }
        if ((in.get() & 0xff) >>> 1 != SECURITY_TOKEN) {
            return null;
        }
        if (in.remaining() < 4) {
            throw new MalformedException("a token that is cut off");
        }
        int length = in.getInt();
        if (length < 0 || length > in.remaining() || length % 2 != 0) {
            throw new MalformedException("a token that is cut off");
        }
        CharBuffer text = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer();
        char[] token = new char[text.remaining()];
        text.get(token);
        return token;
    }

    /** The same feature that says of the server what the server has said in PRELOGIN (fFedAuthEcho). */
    public static Feature echoing(Feature feature, boolean required) {
        ByteBuffer data = feature.data();
        ByteBuffer changed = ByteBuffer.allocate(data.remaining()).put(data).flip();
        if (changed.hasRemaining()) {
            changed.put(0, (byte) ((changed.get(0) & ~1) | (required ? 1 : 0)));
        }
        return new Feature(feature.id(), changed);
    }
}
