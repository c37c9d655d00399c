package io.relaygate.plugins.ssh.proxy;

import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.bouncycastle.BouncyCastleSecurityProviderRegistrar;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Bouncy Castle for MINA alone: by the provider and not by its name, so that the JVM never hears of it, which would keep the plugin's
 * class loader for ever; and the plugin's own, whatever the JVM or the thread's class loader has.
 */
final class OwnBouncyCastle extends BouncyCastleSecurityProviderRegistrar {

    private final Provider provider = new BouncyCastleProvider();

    private OwnBouncyCastle() {}

    /** Before anything else of MINA is used: it takes its own way otherwise. */
    static void use() {
        SecurityUtils.registerSecurityProvider(new OwnBouncyCastle());
    }

    @Override
    public Provider getSecurityProvider() {
        return provider;
    }

    @Override
    public boolean isNamedProviderUsed() {
        return false;
    }

    /**
     * Every byte goes through these, and the JDK's use the processor's instructions: AES-GCM is 45 times as fast. Not digests: MINA would
     * look for the ones that no provider is left for at Bouncy Castle's by its name, and find none.
     */
    @Override
    public boolean isSecurityEntitySupported(Class<?> type, String name) {
        return type != Cipher.class && type != Mac.class && super.isSecurityEntitySupported(type, name);
    }
}
