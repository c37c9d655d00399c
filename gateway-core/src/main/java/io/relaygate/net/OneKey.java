package io.relaygate.net;

import java.security.Principal;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** The one key that a gateway proves, whatever the peer asks for. */
final class OneKey extends EngineKeys {

    private static final String ALIAS = "gateway";

    private final GatewayKey key;

    OneKey(GatewayKey key) {
        this.key = key;
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
        return key.files();
    }
}
