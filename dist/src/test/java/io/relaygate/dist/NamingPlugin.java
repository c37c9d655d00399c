package io.relaygate.dist;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** A plugin whose clients name the host: a line {@code HOST:PORT}, and from then on what that host says. */
public final class NamingPlugin implements GatewayPlugin {

    /** No settings. */
    public record Settings() {}

    /** The one protocol. */
    public record Naming() implements Protocol<Settings> {

        @Override
        public String name() {
            return "naming";
        }

        @Override
        public Class<Settings> settings() {
            return Settings.class;
        }

        @Override
        public ProtocolHandler open(Settings settings, RouteContext context) {
            return Naming::handle;
        }

        private static void handle(Session session) throws IOException {
            Connection client = session.client();
            DestinationName to = Objects.requireNonNull(session.facts().to());
            HostPort asked = HostPort.parse(line(client));
            try {
                session.splice(client, session.dial(session.facts().caller(), to, asked));
            } catch (RefusedException e) {
                client.out().write(("no: " + e.getMessage()).getBytes(StandardCharsets.UTF_8));
                client.finish();
                client.in().transferTo(OutputStream.nullOutputStream());
                throw e;
            }
        }

        private static String line(Connection client) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = client.in().read(); b != '\n'; b = client.in().read()) {
                if (b < 0 || line.size() > 300) {
                    throw new IOException("no line");
                }
                line.write(b);
            }
            return line.toString(StandardCharsets.UTF_8);
        }
    }

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new Naming());
    }
}
