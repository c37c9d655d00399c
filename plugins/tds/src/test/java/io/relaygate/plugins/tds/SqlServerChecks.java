package io.relaygate.plugins.tds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.microsoft.sqlserver.jdbc.SQLServerBulkCSVFileRecord;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Types;

/** What a session with a SQL Server must be able to do, whichever server it is. */
final class SqlServerChecks {

    static final int LOADED = 2000;
    private static final int ROWS = 100_000;
    private static final int ERROR = 50_123;

    /** A server, and how it is asked. */
    interface Server {

        /** A session by the gateway. */
        Connection connect(String encrypt) throws SQLException;

        /** Finds one text. */
        String question();

        /** That text. */
        String answer();

        /** Finds so many numbers, from 0 on, but one that is a parameter. */
        String numbers(int count);

        /** Fails with an error of this number. */
        String failure(int number);

        /** Makes a table of {@code n int, t nvarchar(50)}, and gives its name. */
        String table(Connection connection) throws SQLException;

        /** How many rows are in that table. */
        long loaded(Connection connection, String table) throws SQLException;
    }

    private final Server server;

    SqlServerChecks(Server server) {
        this.server = server;
    }

    /** All of them, for every way in which a client can speak to the gateway. */
    void run() throws SQLException {
        for (String encrypt : new String[] {"true", "strict", "false"}) {
            try (Connection connection = server.connect(encrypt)) {
                answers(connection);
                findsManyRowsByAPreparedStatement(connection);
                goesOnAfterAnError(connection);
                goesOnAfterAStatementThatIsCancelled(connection);
                loadsRows(connection);
                answers(connection);
            }
        }
    }

    private void answers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(server.question())) {
            assertThat(found.next()).isTrue();
            assertThat(found.getString(1)).isEqualTo(server.answer());
        }
    }

    private void findsManyRowsByAPreparedStatement(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(server.numbers(ROWS))) {
            for (int time = 0; time < 2; time++) {
                statement.setInt(1, -1);
                try (ResultSet rows = statement.executeQuery()) {
                    long sum = 0;
                    while (rows.next()) {
                        sum += rows.getInt(1);
                    }
                    assertThat(sum).isEqualTo((ROWS - 1L) * ROWS / 2);
                }
            }
        }
    }

    private void goesOnAfterAnError(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute(server.failure(ERROR)))
                    .satisfies(e -> assertThat(e.getErrorCode()).isEqualTo(ERROR));
        }
        answers(connection);
    }

    private void goesOnAfterAStatementThatIsCancelled(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatExceptionOfType(SQLTimeoutException.class).isThrownBy(() -> statement.execute("waitfor delay '0:01:00'"));
        }
        answers(connection);
    }

    private void loadsRows(Connection connection) throws SQLException {
        String table = server.table(connection);
        load(connection, table);
        assertThat(server.loaded(connection, table)).isEqualTo(LOADED);
    }

    /** Loads rows of the columns {@code n} and {@code t} in bulk: {@code 0,row-0000} and so on. */
    static void load(Connection connection, String table) throws SQLException {
        StringBuilder rows = new StringBuilder("n,t\n");
        for (int i = 0; i < LOADED; i++) {
            rows.append(i).append(",row-%04d\n".formatted(i));
        }
        SQLServerBulkCSVFileRecord source = new SQLServerBulkCSVFileRecord(
                new ByteArrayInputStream(rows.toString().getBytes(StandardCharsets.UTF_8)), "UTF-8", ",", true);
        source.addColumnMetadata(1, "n", Types.INTEGER, 0, 0);
        source.addColumnMetadata(2, "t", Types.NVARCHAR, 50, 0);
        try (source; SQLServerBulkCopy copy = new SQLServerBulkCopy(connection)) {
            copy.setDestinationTableName(table);
            copy.writeToServer(source);
        }
    }
}
