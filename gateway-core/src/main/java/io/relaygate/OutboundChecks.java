package io.relaygate;

import io.relaygate.config.FileTrouble;
import io.relaygate.net.Authorities;
import io.relaygate.net.OutboundProxySettings;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.util.Map;

/** The outbound proxy, as the configuration or the environment says it, can be used. */
final class OutboundChecks {

    private final Draft draft;

    OutboundChecks(Draft draft) {
        this.draft = draft;
    }

    void run(Map<String, String> environment) {
        OutboundProxySettings proxy = draft.settings().outboundProxy();
        if (proxy != null) {
            check(proxy);
        } else if (!draft.gives(draft.settings(), "outboundProxy")) {
            try {
                WayOut.of(null, environment);
            } catch (IllegalArgumentException e) {
                draft.wrong(draft.settings(), String.valueOf(e.getMessage()));
            }
        }
    }

    private void check(OutboundProxySettings proxy) {
        boolean named = draft.gives(proxy, "username");
        if (named != draft.gives(proxy, "password")) {
            draft.wrong(proxy, named ? "password" : "username", "is missing: a login at the proxy has a name and a password");
        }
        if (proxy.username() != null && (proxy.username().isEmpty() || proxy.username().chars().anyMatch(each -> each == ':' || Character.isISOControl(each)))) {
            draft.wrong(proxy, "username", "the name of a login by HTTP Basic is not empty, and has no colon and no control character");
        }
        if (proxy.caFile() != null) {
            String trouble = FileTrouble.of(proxy.caFile());
            try {
                if (trouble == null) {
                    Authorities.read(null, proxy.caFile());
                }
            } catch (IOException e) {
                trouble = String.valueOf(e.getMessage());
            }
            if (trouble != null) {
                draft.wrong(proxy, "caFile", trouble);
            }
        }
    }
}
