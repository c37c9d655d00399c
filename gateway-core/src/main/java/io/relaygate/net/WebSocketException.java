package io.relaygate.net;

import java.io.IOException;

/** Says that a WebSocket failed or was closed for a reason, and carries the close code (RFC 6455 section 7.4). */
public final class WebSocketException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The peer broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;

    /** A text message was not UTF-8. */
    public static final int NOT_UTF8 = 1007;

    /** A message was larger than the receiver takes. */
    public static final int TOO_BIG = 1009;

    private final int code;

    /** A failure with the code that says so on the wire. */
    public WebSocketException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** The close code. */
    public int code() {
        return code;
    }
}
