package io.relaygate.net;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What can be said of a keytab before it is used. */
public final class ProxyKeytab {

    private ProxyKeytab() {}

    /** Whether a text is {@code NAME@REALM}. */
    public static boolean isPrincipal(String text) {
        return text.matches(KerberosSource.PRINCIPAL);
    }

    /** Null, or why a keytab that can be read is none of a principal. */
    public static @Nullable String trouble(String principal, Path keytab) {
        return Kerberos.keytabTrouble(principal, keytab);
    }
}
