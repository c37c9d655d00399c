package io.relaygate.net;

import java.security.GeneralSecurityException;

/** What a handshake that has failed says. */
public final class TlsFailure {

    private TlsFailure() {}

    /** The innermost cause says it. */
    public static String inWords(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause == null || cause.getMessage() == null ? String.valueOf(failure.getMessage()) : inWords(cause);
    }

    /** Whether the peer's certificate is what is wrong: an alert of the peer is about ours. */
    public static boolean isAboutCertificate(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Received fatal alert")) {
            return false;
        }
        return failure instanceof GeneralSecurityException
                || message.contains("certificate")
                || (failure.getCause() != null && isAboutCertificate(failure.getCause()));
    }
}
