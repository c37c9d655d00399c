package io.relaygate;

import io.relaygate.observe.AuditSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The audit file can be written, as far as can be said without writing it. */
record AuditChecks(Draft draft) {

    void run() {
        AuditSettings audit = draft.settings().audit();
        if (audit == null) {
            return;
        }
        Path file = audit.file();
        String trouble = file == null ? null : trouble(file);
        if (trouble != null) {
            draft.wrong(audit, "file", trouble);
        }
    }

    private static @Nullable String trouble(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "no such folder: " + folder;
        }
        if (!Files.isWritable(folder)) {
            return "no permission to write in the folder " + folder;
        }
        if (!Files.exists(file)) {
            return null;
        }
        if (!Files.isRegularFile(file)) {
            return file + " is not a file";
        }
        return Files.isWritable(file) ? null : "no permission to write " + file;
    }
}
