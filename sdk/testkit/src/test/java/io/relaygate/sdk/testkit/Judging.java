package io.relaygate.sdk.testkit;

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.testkit.Samples.Settings;

/** The same protocol, which asks who calls. */
record Judging(Samples.Named protocol) implements Protocol<Settings> {

    @Override
    public String name() {
        return protocol.name();
    }

    @Override
    public Class<Settings> settings() {
        return Settings.class;
    }

    @Override
    public boolean judges() {
        return true;
    }

    @Override
    public ProtocolHandler open(Settings settings, RouteContext context) {
        return protocol.open(settings, context);
    }
}
