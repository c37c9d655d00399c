package io.relaygate.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The conformance test of HTTP/2 that everybody uses, out of the jar of a plugin for Maven that brings it. */
final class H2spec {

    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";

    private H2spec() {}

    /** Runs all of its cases against a port of this machine; its last line says how many of them passed. */
    static Programs.Ended run(int port, String... more) {
        Path folder = Folders.create(Folders.WORK.resolve("h2spec"));
        Path archive = folder.resolve("h2spec.tar.gz");
        try (InputStream in = Objects.requireNonNull(H2spec.class.getResourceAsStream(ARCHIVE), ARCHIVE)) {
            Files.copy(in, archive, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Programs programs = Programs.in(folder).within(Duration.ofMinutes(5));
        programs.start("tar", "xzf", archive.toString()).orFail();
        List<String> command = new ArrayList<>(
                List.of(folder.resolve("h2spec").toString(), "-h", "127.0.0.1", "-p", Integer.toString(port), "-o", "10"));
        command.addAll(List.of(more));
        return programs.start(command.toArray(String[]::new));
    }
}
