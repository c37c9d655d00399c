package io.relaygate.doctor;

import io.relaygate.GatewayConfig;
import io.relaygate.GatewaySettings;
import io.relaygate.config.Binder;
import io.relaygate.config.Bound;
import io.relaygate.config.FileRights;
import io.relaygate.config.PrivateFiles;
import io.relaygate.config.Problem;
import io.relaygate.config.Problems;
import io.relaygate.observe.AuditSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files and disks. */
final class FileExam {

    /** A gateway writes little into its state folder. */
    private static final long LEAST_FREE = 16L << 20;

    private static final List<String> PRIVATE = List.of("admin.token", "identity.pem", "relay-keys.json", "relay-server.pem");

    private FileExam() {}

    /** Whether others of this machine can read what is private. Without {@code insecureFiles: allow} most of it was refused before. */
    static List<Finding> rights(GatewayConfig config) {
        List<Finding> found = new ArrayList<>();
        Bound<GatewaySettings> bound = Binder.read(config.file(), GatewaySettings.class, new Problems());
        if (bound != null) {
            Problems problems = new Problems();
            PrivateFiles.check(bound.value(), bound.origins(), problems);
            for (Problem problem : problems.all()) {
                found.add(open(problem.path(), problem.message()));
            }
        }
        for (String name : PRIVATE) {
            String trouble = FileRights.readableByOthers(config.stateDir().resolve(name));
            if (trouble != null) {
                found.add(open("stateDir", trouble));
            }
        }
        String writable = FileRights.writableByOthers(config.file());
        if (writable != null) {
            found.add(open("configuration", writable));
        }
        return found.isEmpty() ? List.of(Finding.ok("private files", "no other account of this machine can read them")) : found;
    }

    /** The message of a file that others can use says what to do behind a semicolon. */
    private static Finding open(String what, String trouble) {
        int advice = trouble.indexOf("; ");
        return advice < 0 ? Finding.warn(what, trouble, "take the right away") : Finding.warn(what, trouble.substring(0, advice), trouble.substring(advice + 2));
    }

    /** Whether the state folder can be written, and has room. */
    static List<Finding> stateDir(Path stateDir) {
        Path there = existing(stateDir);
        String trouble = writeTrouble(there);
        if (trouble != null) {
            return List.of(Finding.fail("stateDir", stateDir + " cannot be " + (there.equals(stateDir) ? "written" : "made") + ": " + trouble,
                    "give it to the gateway's user, or write another folder to `stateDir:`"));
        }
        return List.of(room("stateDir", there, LEAST_FREE, stateDir + (there.equals(stateDir) ? " can be written" : " can be made")));
    }

    /** The same for the audit file, which must get room for all that it may keep. */
    static List<Finding> audit(@Nullable AuditSettings audit) {
        if (audit == null) {
            return List.of();
        }
        Path file = audit.file().toAbsolutePath();
        Path folder = existing(file.resolveSibling(""));
        String trouble = Files.exists(file) && !Files.isWritable(file) ? "permission denied" : writeTrouble(folder);
        if (trouble != null) {
            return List.of(Finding.fail("audit.file", audit.file() + " cannot be written: " + trouble,
                    "give it and its folder to the gateway's user, or write another file to `audit.file:`"));
        }
        long most = audit.maxSize().bytes() * (audit.keep() + 1L);
        return List.of(room("audit.file", folder, Math.max(0, most - written(audit)), audit.file() + " can be written"));
    }

    private static long written(AuditSettings audit) {
        long written = size(audit.file());
        for (int number = 1; number <= audit.keep(); number++) {
            written += size(audit.file().resolveSibling(audit.file().getFileName() + "." + number));
        }
        return written;
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static Finding room(String what, Path folder, long needed, String good) {
        try {
            long free = Files.getFileStore(folder).getUsableSpace();
            String text = good + ", and its disk has " + mebibytes(free) + " free";
            return free < needed
                    ? Finding.warn(what, text + " where " + mebibytes(needed) + " may be needed", "make room, or use another disk"
                            + (what.startsWith("audit") ? ", or lower `audit.maxSize` or `audit.keep`" : ""))
                    : Finding.ok(what, text);
        } catch (IOException e) {
            return Finding.warn(what, good + ", and how much room its disk has cannot be told: " + words(e), "see `df`");
        }
    }

    /** The folder, or the nearest above it that is there. */
    private static Path existing(Path folder) {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there.equals(folder.toAbsolutePath()) ? folder : there;
    }

    /** Null if a file could be made there. Asked by doing it: rights alone do not tell of file systems that are read-only. */
    private static @Nullable String writeTrouble(Path folder) {
        if (!Files.isDirectory(folder)) {
            return folder + " is no folder";
        }
        try {
            Files.delete(Files.createTempFile(folder, ".relaygate-doctor", null));
            return null;
        } catch (IOException e) {
            return words(e);
        }
    }

    private static String words(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            default -> "nothing can be written there";
        };
    }

    private static String mebibytes(long bytes) {
        return bytes >= 10L << 30 ? (bytes >> 30) + " GiB" : (bytes >> 20) + " MiB";
    }
}
