package io.relaygate.plugins.postgres;

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
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
