package io.relaygate.dist;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A program that logs in by each of the JDBC URLs that it is given, and prints a line for each: which server it has met, or the error. */
final class SqlLogins {

    private SqlLogins() {}

    /** Runs it. */
    public static void main(String[] urls) {
        for (String url : urls) {
            System.out.println(met(url));
        }
    }

    private static String met(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select 'where'")) {
            return found.next() ? found.getString(1) : "nothing";
        } catch (SQLException e) {
            return "error " + e.getErrorCode() + " " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
    }
}
