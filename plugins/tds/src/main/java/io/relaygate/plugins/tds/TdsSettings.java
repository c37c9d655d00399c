package io.relaygate.plugins.tds;

import io.relaygate.sdk.DestinationTemplate;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Setting;
import io.relaygate.sdk.Trust;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a route with {@code protocol: tds} takes under {@code with:}.
 *
 * @param servers the first that fits is taken; if none does, and the route names a destination, that one is
 * @param serverTls TLS to the route's own destination
 * @param serverLogin the login at the route's own destination
 */
record TdsSettings(
        @Setting(value = "What becomes of a session: `passthrough` carries its bytes to the route's `to`; `sni` too, to the server whose name the "
                        + "client asks for in TLS, which stays between the two; `terminate` ends TLS here and reads the login.",
                        required = true, example = "terminate")
                Mode mode,
        @Setting("The certificates that clients are shown, in mode `terminate`.") @Nullable ServerCertificates tls,
        @Setting(value = "How much of a session is encrypted to its client: all of it (`full`); at least the login (`login`); or as much as the client "
                        + "asks for (`optional`). Never less than the client asks for.",
                        byDefault = "full")
                ClientEncryption encryption,
        @Setting(value = "Where sessions go: the first that fits. Where none does, the route's `to`.",
                        example = "[ { database: Orders, to: sql-a, tls: { name: sql-a.oslo.example } } ]")
                List<Server> servers,
        @Setting("TLS to the server that the route's `to` names, in mode `terminate`.") @Nullable ServerTls serverTls,
        @Setting(value = "Who judges logins, in mode `terminate`: the `server`, or the `gateway` by the route's `identityProviders`.", byDefault = "server")
                Logins logins,
        @Setting("The login by which the gateway logs in at the server that the route's `to` names, in place of the client's.")
                @Nullable ServerLogin serverLogin,
        @Setting(value = "Redirects of servers that clients are told under a name that leads to the gateway, and follow themselves, in mode `terminate`. The "
                        + "gateway follows all others, as far as the destination's `permit` goes.",
                        example = "[ { inner: \"sql02.oslo.example:1433\", outer: \"sql02.sql.contoso.com:1433\" } ]")
                List<Redirect> redirects,
        @Setting(value = "Whether several requests may go on at once in a session (MARS), where client and server can.", byDefault = "false") boolean mars,
        @Setting(value = "What is told of statements, in mode `terminate`: nothing (`none`), numbers (`count`), or a record of the audit for each besides (`audit`).",
                        byDefault = "none")
                StatementLog statements,
        @Setting(value = "Whether statements that may change something are denied, in mode `terminate`.", byDefault = "false") boolean readOnly,
        @Setting(value = "How long a login may take, once a server is found.", byDefault = "30s", min = "1s", max = "10m") Duration loginTimeout) {

    TdsSettings {
        servers = List.copyOf(servers);
        redirects = List.copyOf(redirects);
    }

    /** What becomes of a session. */
    enum Mode {
        /** Bytes are carried. */
        PASSTHROUGH,
        /** TLS passes; the name in it says where to. */
        SNI,
        /** TLS ends here. */
        TERMINATE
    }

    /** How much of a session is encrypted to its client, at least. */
    enum ClientEncryption {
        /** All of it. */
        FULL,
        /** The login. */
        LOGIN,
        /** Nothing. */
        OPTIONAL
    }

    /** Who judges logins. */
    enum Logins {
        /** The server that the client is connected to. */
        SERVER,
        /** The gateway. */
        GATEWAY
    }

    /** What is told of statements. */
    enum StatementLog {
        /** Nothing. */
        NONE,
        /** How many, how long, with how many rows and which errors. */
        COUNT,
        /** Each by itself too. */
        AUDIT
    }

    /** What clients must say about writing. */
    enum Intent {
        /** Either. */
        ANY,
        /** That they only read. */
        READ_ONLY,
        /** Not that they only read. */
        READ_WRITE;

        /** As it is written. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A rule: which sessions go where. */
    record Server(
            @Setting(value = "The server's name, as clients connect to it; `*` stands for any letters, `{site}` for some without a dot, which `to` can use.",
                            byDefault = "\"*\"", example = "\"{service}.{site}.sql.contoso.com\"")
                    NamePattern name,
            @Setting(value = "The database; `*` stands for any letters.", byDefault = "\"*\"", example = "Orders") NamePattern database,
            @Setting(value = "The login; `*` stands for any letters.", byDefault = "\"*\"", example = "report_*") NamePattern login,
            @Setting(value = "The client's program; `*` stands for any letters.", byDefault = "\"*\"", example = "Excel*") NamePattern application,
            @Setting(value = "Whether the client says that it only reads (`ApplicationIntent`): `any`, `read-only`, `read-write`.", byDefault = "any") Intent intent,
            @Setting(value = "Networks of clients; left out, all.", example = "[10.0.0.0/8]") List<ClientNetwork> networks,
            @Setting(value = "The destination, or `{site}/{service}` of what `name` has found.", required = true, example = "sql-a") DestinationTemplate to,
            @Setting("TLS to the server, in mode `terminate`.") @Nullable ServerTls tls,
            @Setting("The login by which the gateway logs in there, in place of the client's.") @Nullable ServerLogin serverLogin) {

        Server {
            networks = List.copyOf(networks);
        }

        /** Whether it asks for more than a login that is in TLS lets be seen. */
        boolean looksIntoLogins() {
            return !database.isAll() || !login.isAll() || !application.isAll() || intent != Intent.ANY;
        }
    }

    /** A server that others send clients to, and what leads clients there. */
    record Redirect(
            @Setting(value = "The server, as others name it.", required = true, example = "sql02.oslo.example:1433") HostPort inner,
            @Setting(value = "What clients are told in its place.", required = true, example = "sql02.sql.contoso.com:1433") HostPort outer) {

        /** Whether it is for a place that a server names. */
        boolean isFor(HostPort named) {
            return named.port() == inner.port() && named.host().equalsIgnoreCase(inner.host());
        }
    }

    /** How the gateway speaks to a server. */
    record ServerTls(
            @Setting(value = "`tds7` for TLS as TDS 7 has it, `strict` for TDS 8.0, `none` for none: then logins are in clear.", byDefault = "tds7")
                    ServerMode mode,
            @Setting(value = "The host name or address that the server's certificate must carry.", example = "sql-a.oslo.example")
                    @Nullable String name,
            @Setting("Whom to trust; without it, the authorities of the system.") @Nullable Trust trust) {}

    /** Ways to speak to a server. */
    enum ServerMode {
        /** TLS inside PRELOGIN. */
        TDS7,
        /** TLS before all else. */
        STRICT,
        /** None. */
        NONE
    }

    /** A login at a server. */
    record ServerLogin(
            @Setting(value = "Who logs in.", required = true, example = "gateway") String user,
            @Setting(value = "Its password.", required = true, example = "${file:sql.password}") Secret password) {}
}
