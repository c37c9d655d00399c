package io.relaygate.config;

import java.nio.file.Path;

/**
 * Where something stands in a configuration file.
 *
 * @param file the file, as the operator named it
 * @param line from 1
 * @param column from 1, in characters
 */
public record Place(Path file, int line, int column) {

    /** The beginning of a file. */
    public static Place start(Path file) {
        return new Place(file, 1, 1);
    }

    /** The folder that relative paths at this place are relative to. */
    Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }
}
