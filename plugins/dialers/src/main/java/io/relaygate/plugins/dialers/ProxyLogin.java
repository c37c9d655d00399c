package io.relaygate.plugins.dialers;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;

/** How the gateway logs in to a proxy. */
public record ProxyLogin(
        @Setting(value = "The name.", required = true, example = "gateway") String name,
        @Setting(value = "Its password.", required = true, example = "${file:proxy.password}") Secret password) {}
