package io.relaygate.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every account of the machine can do with a file. Its folders count: what is in a folder that others cannot enter
 * is out of their reach. Nothing is said about file systems that know no such rights, nor about files that are not there.
 */
public final class FileRights {

    private FileRights() {}

    /** Null, or what to do about a file that others can read, or even write. */
    public static @Nullable String readableByOthers(Path file) {
        return can(file, PosixFilePermission.OTHERS_READ) || can(file, PosixFilePermission.OTHERS_WRITE)
                ? "every account of this machine can read " + file + "; `chmod 600 " + file + "`"
                : null;
    }

    /** Null, or what to do about a file or a folder that others can write. */
    public static @Nullable String writableByOthers(Path file) {
        return can(file, PosixFilePermission.OTHERS_WRITE)
                ? "every account of this machine can write " + file + "; `chmod o-w " + file + "`"
                : null;
    }

    private static boolean can(Path file, PosixFilePermission right) {
        try {
            Path real = file.toRealPath();
            if (!rights(real).contains(right)) {
                return false;
            }
            for (Path folder = real.getParent(); folder != null; folder = folder.getParent()) {
                if (!rights(folder).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static Set<PosixFilePermission> rights(Path path) throws IOException {
        return Files.getPosixFilePermissions(path);
    }
}
