package io.relaygate.tunnel;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.nio.ByteBuffer;

/** The body of REFUSED: why a site turns a session away. */
final class Refused {

    private Refused() {}

    static byte[] encode(String reason, String message) {
        return new Body().text(reason).text(message).alone();
    }

    /** Reads it; a reason that is unknown here counts as UNREACHABLE. */
    static RefusedException decode(ByteBuffer in) {
        return new RefusedException(reason(Body.text(in)), Body.text(in));
    }

    private static Reason reason(String name) {
        try {
            return Reason.valueOf(name);
        } catch (IllegalArgumentException e) {
            return Reason.UNREACHABLE;
        }
    }
}
