package io.relaygate.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says in an operator's words why a file cannot be read. */
public final class FileTrouble {

    private FileTrouble() {}

    /** Null, or why a file cannot be read. A pipe is not opened: what is read from it is gone. */
    public static @Nullable String of(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            return Files.isReadable(file) ? null : "no permission to read " + file;
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.read();
            return null;
        } catch (IOException e) {
            return explain(file, e);
        }
    }

    /** Why reading the file failed. */
    public static String explain(Path file, IOException e) {
        if (Files.isDirectory(file)) {
            return file + " is a folder, not a file";
        }
        return switch (e) {
            case NoSuchFileException missing -> "no such file: " + missing.getFile();
            case AccessDeniedException denied -> "no permission to read " + denied.getFile();
            default -> "cannot read " + file + ": " + e.getMessage();
        };
    }
}
