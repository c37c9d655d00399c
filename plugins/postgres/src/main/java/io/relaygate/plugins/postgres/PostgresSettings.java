package io.relaygate.plugins.postgres;

import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Setting;
import io.relaygate.sdk.Trust;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route with {@code protocol: postgres} takes under {@code with:}.
 *
 * @param servers the first that fits is taken; if none does, and the route names a destination, that one is
 * @param serverTls TLS to the route's own destination
 */
record PostgresSettings(
        @Setting("The certificates that clients are shown; without them, clients that ask for TLS are told that there is none.")
                @Nullable ServerCertificates tls,
        @Setting(value = "Whether clients may come without TLS although there are certificates.", byDefault = "false")
                boolean allowPlain,
        @Setting("Where sessions go, by database and user: the first that fits. Where none does, the route's `to`.")
                List<Server> servers,
        @Setting("TLS to the server that the route's `to` names; without it, none.") @Nullable ServerTls serverTls) {

    PostgresSettings {
        servers = List.copyOf(servers);
    }

    /** A rule: which sessions go where. */
    record Server(
            @Setting(value = "The database, exactly as clients say it; `*` stands for any letters.", byDefault = "\"*\"", example = "orders")
                    NamePattern database,
            @Setting(value = "The user, exactly as clients say it; `*` stands for any letters.", byDefault = "\"*\"", example = "report_*")
                    NamePattern user,
            @Setting(value = "The destination.", required = true, example = "pg-a") DestinationName to,
            @Setting("TLS to the server; without it, none.") @Nullable ServerTls tls) {}

    /** TLS to a server, which must have it. */
    record ServerTls(
            @Setting(value = "The host name or address that the server's certificate must carry.", required = true, example = "pg-a.oslo.example")
                    String name,
            @Setting("Whom to trust; without it, the authorities of the system.") @Nullable Trust trust) {}
}
