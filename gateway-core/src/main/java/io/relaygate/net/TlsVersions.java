package io.relaygate.net;

/** Which versions of TLS a handshake may agree on. */
public enum TlsVersions {
    /** 1.3, and 1.2. */
    BOTH,
    /** 1.2 alone, where the handshake must end once and for all. */
    TLS12;

    /** As an engine takes them. */
    String[] names() {
        return switch (this) {
            case BOTH -> new String[] {"TLSv1.3", "TLSv1.2"};
            case TLS12 -> new String[] {"TLSv1.2"};
        };
    }
}
