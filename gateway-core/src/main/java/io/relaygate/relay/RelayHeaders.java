package io.relaygate.relay;

/** The headers that gateways and embedded relays add to handshakes; everybody else ignores them. */
public final class RelayHeaders {

    /** The service asked for. */
    public static final String SERVICE = "RelayGate-Service";

    /** The session's id, 32 hexadecimal digits. */
    public static final String SESSION = "RelayGate-Session";

    /** The name of the edge's entry point. */
    public static final String ENTRY_POINT = "RelayGate-Entry-Point";

    /** That the sender is a carrier of a tunnel: the least and the most version of it that the edge speaks, "1-1". */
    public static final String TUNNEL = "RelayGate-Tunnel";

    /** Which run of a site's process the carrier is for, 32 hexadecimal digits. */
    public static final String BOOT = "RelayGate-Boot";

    /** That the sender seals its carrier, "1": without it, who knows its edges refuses it before the seal would fail. */
    public static final String SEALED = "RelayGate-Sealed";

    /** In the answer to a listener: how often the relay gives a sign of life, in milliseconds. Azure sends none. */
    public static final String CADENCE = "RelayGate-Cadence";

    private RelayHeaders() {}
}
