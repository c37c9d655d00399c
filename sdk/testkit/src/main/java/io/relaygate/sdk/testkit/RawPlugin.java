package io.relaygate.sdk.testkit;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import java.util.List;
import java.util.Objects;

/** Carries bytes as they are, under the name {@code testkit-raw}: what the edge of {@link TestGateways} runs. */
public final class RawPlugin implements GatewayPlugin {

    static final String PROTOCOL = "testkit-raw";

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new Raw());
    }

    /** No settings. */
    record Settings() {}

    /** The protocol. */
    record Raw() implements Protocol<Settings> {

        @Override
        public String name() {
            return PROTOCOL;
        }

        @Override
        public Class<Settings> settings() {
            return Settings.class;
        }

        @Override
        public ProtocolHandler open(Settings settings, RouteContext context) {
            return session -> session.forward(Objects.requireNonNull(session.facts().to()));
        }
    }
}
