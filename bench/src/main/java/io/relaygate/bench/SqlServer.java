package io.relaygate.bench;

import io.relaygate.plugins.tds.FakeSqlServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** The SQL Server behind everything that {@link Sql} measures: that of the tds plugin's tests, since there is none to install. */
final class SqlServer {

    /** The first argument of its process; the second is the file of {@link Certificate#store()}. */
    static final String WORD = "sql-server";

    private SqlServer() {}

    /** Runs one that prints its port, and ends with its standard input. */
    static void run(Path store, PrintStream out) throws IOException {
        try (FakeSqlServer server = new FakeSqlServer("bench", FakeSqlServer.Tls.OPTIONAL, Certificate.context(store))) {
            server.forget();
            Part.stay(server.port(), out);
        }
    }
}
