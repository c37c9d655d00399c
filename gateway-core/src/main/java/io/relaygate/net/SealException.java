package io.relaygate.net;

import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** A connection between two gateways could not be sealed. */
public final class SealException extends SSLException {

    private static final long serialVersionUID = 1L;

    /** Why. Also a metric label. */
    public enum Why {
        /** The other side has proven a key that is not pinned here. */
        NOT_PINNED,
        /** It has shown no key. */
        NO_KEY,
        /** It speaks no TLS 1.3, or its proof is wrong: it has not the key, or somebody between has changed what was said. */
        FORGED,
        /** The key of this gateway is none that it takes. */
        NOT_TAKEN,
        /** One side seals, and the other does not. */
        NOT_SEALED
    }

    private final Why why;

    SealException(Why why, String message) {
        super(message);
        this.why = why;
    }

    private SealException(Why why, SSLException cause) {
        super(cause.getMessage(), cause);
        this.why = why;
    }

    /** A key that is not pinned, or no key; what trust managers throw. */
    static final class Stranger extends CertificateException {

        private static final long serialVersionUID = 1L;

        private final Why why;

        Stranger(Why why, String message) {
            super(message);
            this.why = why;
        }
    }

    /** What the JDK's failure means. */
    public static SealException of(SSLException failure) {
        return new SealException(why(failure), failure);
    }

    private static Why why(SSLException failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SealException known) {
                return known.why;
            }
            if (each instanceof Stranger stranger) {
                return stranger.why;
            }
        }
        // The JDK says these two in its messages alone.
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Received fatal alert")) {
            return Why.NOT_TAKEN;
        }
        return message.contains("Empty client certificate chain") ? Why.NO_KEY : Why.FORGED;
    }

    /** Why. */
    public Why why() {
        return why;
    }
}
