package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Tls;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Serves the connections of one route: ends their TLS if that is wanted, and hands them to a {@link Conversation}. */
final class HttpHandler implements ProtocolHandler {

    private final HttpSettings settings;
    private final Tls tls;
    private final InstantSource clock;
    private final Hosts hosts;
    private final String name;
    private final Buffers buffers = new Buffers();
    private final Watches watches;
    private final AccessLog log;
    private final byte[] late;
    private final @Nullable ServerCertificates certificates;

    HttpHandler(HttpSettings settings, RouteContext context) {
        this.settings = settings;
        this.tls = context.tls();
        this.clock = context.clock();
        this.hosts = new Hosts(settings.hosts());
        this.name = settings.name() == null ? ownName() : settings.name();
        if (!Chars.isToken(name)) {
            throw new IllegalArgumentException("expected a `name` of letters, digits and `-`, found '" + name + "'");
        }
        this.certificates = settings.certificates().isEmpty()
                ? null
                : new ServerCertificates(settings.certificates(), ServerCertificates.Clients.NONE);
        this.watches = new Watches(context);
        this.log = new AccessLog(settings.log(), context.metrics());
        this.late = OwnAnswer.late(name);
    }

    private static String ownName() {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        return "relaygate-" + HexFormat.of().formatHex(random);
    }

    @Override
    public void handle(Session session) throws IOException {
        Connection client = session.client();
        boolean secured = certificates != null;
        if (certificates != null) {
            client = tls.accept(client, certificates);
        }
        try (Watch watch = watches.of(client)) {
            new Conversation(this, session, client, watch, secured || session.facts().applicationProtocol() != null).run();
        }
        // The end of TLS must be said.
        client.close();
    }

    HttpSettings settings() {
        return settings;
    }

    InstantSource clock() {
        return clock;
    }

    Hosts hosts() {
        return hosts;
    }

    /** What the gateway calls itself. */
    String name() {
        return name;
    }

    /** What a client is told that does not say its request to the end. */
    byte[] late() {
        return late;
    }

    AccessLog log() {
        return log;
    }

    Buffers buffers() {
        return buffers;
    }
}
