package io.relaygate.net;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The HTTP proxy between this gateway and the internet. */
public record OutboundProxySettings(
        @Setting(value = "The proxy, as http://HOST:PORT, or https://HOST:PORT for TLS with it; `direct` for none, whatever HTTPS_PROXY says.",
                        required = true, example = "http://proxy:8080")
                ProxyUrl url,
        @Setting(value = "Who logs in at the proxy, by HTTP Basic.", example = "gateway") @Nullable String username,
        @Setting(value = "The password of that login; read anew for every connection.", example = "${file:proxy.password}")
                @Nullable Secret password,
        @Setting(value = "Whether this gateway logs in at the proxy by Kerberos (Negotiate), in place of a password: with the tickets that `kinit` has "
                        + "left, in the file that KRB5CCNAME names, or else with a keytab. `url` gives the proxy's name as its service principal has it.",
                        byDefault = "false")
                boolean negotiate,
        @Setting(value = "Whose keytab it is.", example = "svc-relaygate@CORP.EXAMPLE") @Nullable String principal,
        @Setting(value = "The keytab of that principal, in place of `kinit`; tickets are had anew before they end.", example = "relaygate.keytab")
                @Nullable Path keytab,
        @Setting(value = "What is reached without the proxy: names, each with all below it, .name for those below alone, addresses and "
                        + "networks, each perhaps with :PORT, or `*`. This machine and link-local addresses always are.",
                        example = "[\"*.local\", 10.0.0.0/8]")
                List<NoProxy> noProxy,
        @Setting(value = "Certificates of the authorities by which the proxy reads TLS on the way, PEM: trusted for what is reached "
                        + "through it, beside those that are trusted anyway, and for the proxy itself.",
                        example = "corp.pem")
                @Nullable Path caFile) {

    /** Keeps its own copy. */
    public OutboundProxySettings {
        noProxy = List.copyOf(noProxy);
    }

    /** Without Kerberos. */
    public OutboundProxySettings(ProxyUrl url, @Nullable String username, @Nullable Secret password, List<NoProxy> noProxy, @Nullable Path caFile) {
        this(url, username, password, false, null, null, noProxy, caFile);
    }
}
