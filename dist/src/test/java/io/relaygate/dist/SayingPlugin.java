package io.relaygate.dist;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/** A plugin that says to clients, and to the log, what its jar has in {@code says.txt}. */
public final class SayingPlugin implements GatewayPlugin {

    private String says = "";

    /** No settings. */
    public record Settings() {}

    /** The one protocol. */
    public record Saying(String says) implements Protocol<Settings> {

        @Override
        public String name() {
            return "saying";
        }

        @Override
        public Class<Settings> settings() {
            return Settings.class;
        }

        @Override
        public ProtocolHandler open(Settings settings, RouteContext context) {
            return session -> {
                LoggerFactory.getLogger(SayingPlugin.class).info("somebody is told {}", says);
                session.client().out().write(says.getBytes(StandardCharsets.UTF_8));
                session.client().finish();
            };
        }
    }

    @Override
    public void start() {
        try (InputStream in = Objects.requireNonNull(SayingPlugin.class.getResourceAsStream("/says.txt"))) {
            says = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new Saying(says));
    }
}
