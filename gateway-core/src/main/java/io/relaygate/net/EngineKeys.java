package io.relaygate.net;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Keys that engines alone ask for: nobody lists them, and no socket of the JDK uses them. */
abstract class EngineKeys extends X509ExtendedKeyManager {

    /** The certificate and key of an alias that was chosen. */
    abstract PemFiles files(String alias);

    @Override
    public final X509Certificate[] getCertificateChain(String alias) {
        return files(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public final PrivateKey getPrivateKey(String alias) {
        return files(alias).key();
    }

    @Override
    public final String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public final @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }

    @Override
    public final String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public final @Nullable String chooseClientAlias(String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return null;
    }
}
