package io.relaygate.plugins.dialers;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Setting;
import io.relaygate.sdk.Trust;
import org.jspecify.annotations.Nullable;

/** A SOCKS proxy. */
public record Socks5Settings(
        @Setting(value = "The proxy.", required = true, example = "proxy.contoso.com:1080") HostPort proxy,
        @Setting("TLS with the proxy; left out, it is spoken to in clear.") @Nullable Trust tls,
        @Setting("What the proxy is shown if it asks; left out, nothing.") @Nullable ProxyLogin login) {}
