package io.relaygate.plugins.ssh.proxy;

import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.bouncycastle.BouncyCastleSecurityProviderRegistrar;

/**
 * Bouncy Castle for MINA alone: by the provider and not by its name, so that the JVM never hears of it, which would keep the plugin's
 * class loader for ever.
 */
final class OwnBouncyCastle extends BouncyCastleSecurityProviderRegistrar {

    private OwnBouncyCastle() {}

    /** Before anything else of MINA is used: it takes its own way otherwise. */
    static void use() {
        SecurityUtils.registerSecurityProvider(new OwnBouncyCastle());
    }

    @Override
    public boolean isNamedProviderUsed() {
        return false;
    }
}
