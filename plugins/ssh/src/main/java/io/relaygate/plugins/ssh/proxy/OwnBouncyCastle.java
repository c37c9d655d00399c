package io.relaygate.plugins.ssh.proxy;

import java.security.Provider;
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
}
