package io.relaygate.relay;

/** The headers that our edge adds to a sender's handshake and our site reads. */
public final class RelayHeaders {

    /** The service asked for. */
    public static final String SERVICE = "RelayGate-Service";

    /** The session's id, 32 hexadecimal digits. */
    public static final String SESSION = "RelayGate-Session";

    /** The name of the edge's entry point. */
    public static final String ENTRY_POINT = "RelayGate-Entry-Point";

    private RelayHeaders() {}
}
