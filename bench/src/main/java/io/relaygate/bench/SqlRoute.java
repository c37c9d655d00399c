package io.relaygate.bench;

import java.nio.file.Path;
import java.util.Locale;

/** What the site's route does with sessions of SQL Server. */
enum SqlRoute {
    /** Nothing: TLS is between client and server. */
    TCP("tcp plugin"),

    /** Ends TLS and begins it again, and looks into nothing after the login. */
    NONE("tds, statements none"),

    /** Counts statements. */
    COUNT("tds, statements count"),

    /** Writes a record of each, too, to a file of its own. */
    AUDIT("tds, statements audit"),

    /** The same, to the log. */
    LOG("tds, statements audit, in the log");

    private final String title;

    SqlRoute(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** On the command line, and what the configuration calls it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that word. */
    static SqlRoute of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** What the site's configuration has besides its route, in that folder. */
    String sections(Path folder) {
        return this == AUDIT ? "audit: { file: \"%s\" }%n".formatted(folder.resolve("audit.jsonl")) : "";
    }

    /** In the site's configuration. To {@link SqlClient#CLEAR} there is no TLS. */
    String ofTheSite(Certificate certificate) {
        return this == TCP ? "" : """
                , protocol: tds, with: { mode: terminate, statements: %1$s, encryption: login,
                      tls: { certificates: [ { certificate: "%2$s", key: "%3$s" } ] },
                      serverTls: { name: localhost, trust: { caFile: "%2$s" } },
                      servers: [ { database: %4$s, to: sink, tls: { mode: none } } ] }\
                """.formatted(this == LOG ? AUDIT.word() : word(), certificate.certificate(), certificate.key(), SqlClient.CLEAR);
    }
}
