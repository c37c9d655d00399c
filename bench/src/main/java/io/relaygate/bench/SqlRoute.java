package io.relaygate.bench;

import java.util.Locale;

/** What the site's route does with sessions of SQL Server. */
enum SqlRoute {
    /** Nothing: TLS is between client and server. */
    TCP("tcp plugin"),

    /** Ends TLS and begins it again, and looks into nothing after the login. */
    NONE("tds, statements none"),

    /** Counts statements. */
    COUNT("tds, statements count"),

    /** Writes a record of each, too. */
    AUDIT("tds, statements audit");

    private final String title;

    SqlRoute(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** In the site's configuration. To {@link SqlClient#CLEAR} there is no TLS. */
    String ofTheSite(Certificate certificate) {
        return this == TCP ? "" : """
                , protocol: tds, with: { mode: terminate, statements: %1$s, encryption: login,
                      tls: { certificates: [ { certificate: "%2$s", key: "%3$s" } ] },
                      serverTls: { name: localhost, trust: { caFile: "%2$s" } },
                      servers: [ { database: %4$s, to: sink, tls: { mode: none } } ] }\
                """.formatted(name().toLowerCase(Locale.ROOT), certificate.certificate(), certificate.key(), SqlClient.CLEAR);
    }
}
