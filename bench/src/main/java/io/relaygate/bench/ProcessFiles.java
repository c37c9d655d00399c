package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for the files of processes: it is gone when the work with it is done, and is kept, and named, when it fails. */
final class ProcessFiles {

    /** The work. */
    @FunctionalInterface
    interface Work<T> {
        T in(Path folder) throws IOException, InterruptedException;
    }

    private ProcessFiles() {}

    static <T> T during(Work<T> work) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("relaygate-bench-");
        T result;
        try {
            result = work.in(folder);
        } catch (IOException e) {
            throw new IOException("%s%nThe files of the processes are kept in %s".formatted(e.getMessage(), folder), e);
        }
        Main.delete(folder);
        return result;
    }
}
