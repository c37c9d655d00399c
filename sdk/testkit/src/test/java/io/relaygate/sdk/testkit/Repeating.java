package io.relaygate.sdk.testkit;

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** A protocol that does something each minute. */
record Repeating(Semaphore runs) implements Protocol<Repeating.Settings> {

    record Settings() {}

    @Override
    public String name() {
        return "repeating";
    }

    @Override
    public Class<Settings> settings() {
        return Settings.class;
    }

    @Override
    public ProtocolHandler open(Settings settings, RouteContext context) {
        context.every(Duration.ofMinutes(1), runs::release);
        return session -> {};
    }
}
