package io.relaygate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A session of Microsoft's driver at a SQL Server that answers as the tests' does: {@code wide(N)} with N rows of 8,000 bytes. */
final class SqlClient implements AutoCloseable {

    /** The database of sessions that have no TLS after their login; gateways know by it that the server wants none. */
    static final String CLEAR = "clear";

    /** Bytes in a row of {@code wide(N)}. */
    static final int ROW = 8000;

    /** The driver's: a login that fails until all processes are ready is no news. Loggers last as long as somebody has them. */
    private static final Logger LOGGER = Logger.getLogger("com.microsoft.sqlserver.jdbc");

    static {
        LOGGER.setLevel(Level.OFF);
    }

    private final Connection connection;
    private final Statement statement;

    private SqlClient(Connection connection) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
    }

    /** Logs in; {@code tls} for all of the session, or for the login alone. */
    static SqlClient logIn(InetSocketAddress entry, boolean tls) throws IOException {
        try {
            return new SqlClient(DriverManager.getConnection(
                    "jdbc:sqlserver://127.0.0.1:%d;user=bench;password=bench;connectRetryCount=0;loginTimeout=30;trustServerCertificate=true;encrypt=%s;database=%s"
                            .formatted(entry.getPort(), tls, tls ? "bench" : CLEAR)));
        } catch (SQLException e) {
            throw new IOException("no login: " + e.getMessage(), e);
        }
    }

    /** Whether somebody answers there. */
    static boolean answers(InetSocketAddress entry) {
        try (SqlClient client = logIn(entry, true)) {
            client.ask(1);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A small batch, whose answer is one row with one number; each {@code number} makes a text of its own. */
    void ask(int number) throws IOException {
        try (ResultSet found = statement.executeQuery("select n from rows(1) where customer = " + number + " and state = 'open'")) {
            if (!found.next() || found.getInt(1) != 0 || found.next()) {
                throw new IOException("a batch has another answer than one row");
            }
        } catch (SQLException e) {
            throw new IOException("a batch failed: " + e.getMessage(), e);
        }
    }

    /** Reads so many rows of {@link #ROW} bytes. */
    void read(int rows) throws IOException {
        try (ResultSet found = statement.executeQuery("select data from wide(" + rows + ")")) {
            long bytes = 0;
            while (found.next()) {
                bytes += found.getBytes(1).length;
            }
            if (bytes != (long) rows * ROW) {
                throw new IOException("%d rows have %d bytes".formatted(rows, bytes));
            }
        } catch (SQLException e) {
            throw new IOException("rows were lost: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try (connection) {
            statement.close();
        } catch (SQLException e) {
            throw new IOException("a session does not end: " + e.getMessage(), e);
        }
    }
}
