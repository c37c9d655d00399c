package io.relaygate;

import io.relaygate.config.FileTrouble;
import io.relaygate.config.Problems;
import io.relaygate.net.Authorities;
import io.relaygate.net.OutboundProxySettings;
import io.relaygate.net.ProxyKeytab;
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
            kerberos(proxy, environment);
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

    private void kerberos(OutboundProxySettings proxy, Map<String, String> environment) {
        boolean named = draft.gives(proxy, "principal");
        if (named != draft.gives(proxy, "keytab")) {
            draft.wrong(proxy, named ? "keytab" : "principal", "is missing: a keytab and the principal whose keys are in it belong together");
        }
        if (!proxy.negotiate()) {
            if (named && !draft.isWrong(proxy, "negotiate")) {
                draft.wrong(proxy, "principal", "is for a login by Kerberos; write `negotiate: true` too");
            }
            return;
        }
        if (draft.gives(proxy, "username")) {
            draft.wrong(proxy, "negotiate", "is a login by Kerberos, and `username` and `password` are one by HTTP Basic; leave one of the two out");
        }
        try {
            WayOut.of(proxy, environment);
        } catch (IllegalArgumentException e) {
            draft.wrong(proxy, "negotiate", String.valueOf(e.getMessage()));
        }
        if (proxy.principal() != null && !ProxyKeytab.isPrincipal(proxy.principal())) {
            draft.wrong(proxy, "principal", "expected NAME@REALM, found " + Problems.quote(proxy.principal()));
        } else if (proxy.principal() != null && proxy.keytab() != null) {
            String trouble = FileTrouble.of(proxy.keytab());
            trouble = trouble == null ? ProxyKeytab.trouble(proxy.principal(), proxy.keytab()) : trouble;
            if (trouble != null) {
                draft.wrong(proxy, "keytab", trouble);
            }
        }
    }
}
