package io.relaygate.net;

import java.io.IOException;

/** There is no Kerberos token to show; the message says why, and behind a semicolon what to do. */
final class KerberosException extends IOException {

    private static final long serialVersionUID = 1;

    KerberosException(String message, Throwable cause) {
        super(message, cause);
    }

    KerberosException(String message) {
        super(message);
    }
}
