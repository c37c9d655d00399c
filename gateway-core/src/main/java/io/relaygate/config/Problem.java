package io.relaygate.config;

/**
 * One thing that is wrong in a configuration.
 *
 * @param file the file, as the operator named it
 * @param line from 1
 * @param column from 1
 * @param path which setting, {@code entryPoints.sql.listen}; empty for the file as a whole
 * @param message what is wrong and what to do, for people; one line, without secrets
 */
public record Problem(String file, int line, int column, String path, String message) {

    /** {@code file:line:column: path: message}. */
    @Override
    public String toString() {
        String where = file + ":" + line + ":" + column + ": ";
        return path.isEmpty() ? where + message : where + path + ": " + message;
    }
}
