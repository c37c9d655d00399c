package io.relaygate.net;

import java.security.Principal;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** The one certificate that is shown, and its key proven, whatever the peer asks for. */
final class OneKey extends EngineKeys {

    private static final String ALIAS = "gateway";

    private final PemFiles files;

    OneKey(PemFiles files) {
        this.files = files;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    PemFiles files(String alias) {
        return files;
    }
}
