package io.relaygate.plugins.postgres;

import io.relaygate.plugins.postgres.wire.FirstMessage;
import io.relaygate.sdk.FirstBytes;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Recognition;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** PostgreSQL. A route's certificates of clients are judged where it names identity providers. */
final class PostgresProtocol implements Protocol<PostgresSettings> {

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public Class<PostgresSettings> settings() {
        return PostgresSettings.class;
    }

    /** What clients since version 17 say in TLS, and must say where they begin with it. */
    @Override
    public List<String> alpn() {
        return List.of(PostgresHandler.ALPN);
    }

    @Override
    public boolean judges() {
        return true;
    }

    @Override
    public boolean recognises() {
        return true;
    }

    @Override
    public Recognition recognise(FirstBytes first) throws IOException {
        return first.applicationProtocols().contains(PostgresHandler.ALPN) ? Recognition.YES : recognise(first.bytes());
    }

    private static Recognition recognise(ByteBuffer bytes) {
        if (bytes.remaining() >= FirstMessage.HEAD) {
            return FirstMessage.isOne(bytes) ? Recognition.YES : Recognition.NO;
        }
        // The first half of a length that no first message exceeds.
        boolean small = bytes.hasRemaining() && bytes.get(0) == 0 && (bytes.remaining() < 2 || bytes.get(1) == 0);
        return small ? Recognition.MORE : Recognition.NO;
    }

    @Override
    public ProtocolHandler open(PostgresSettings settings, RouteContext context) {
        if (settings.servers().isEmpty() && !context.namesDestination()) {
            throw new IllegalArgumentException("nothing says where sessions go; give the route `to: NAME`, or `servers:` under `with:`");
        }
        if (settings.allowPlain() && settings.tls() == null) {
            throw new IllegalArgumentException("without `tls` every session is plain; leave `allowPlain` out");
        }
        return new PostgresHandler(settings, context);
    }
}
