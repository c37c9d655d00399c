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
}
