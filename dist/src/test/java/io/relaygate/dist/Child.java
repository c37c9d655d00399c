package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program that a test has started and that goes on running. Its output goes to files in its folder. Closing it kills
 * it and waits for its end.
 */
final class Child implements AutoCloseable {

    private static final Duration END = Duration.ofSeconds(10);

    private final String name;
    private final Path out;
    private final Path err;
    private final Process process;

    private Child(String name, Path out, Path err, Process process) {
        this.name = name;
        this.out = out;
        this.err = err;
        this.process = process;
    }

    /** Starts a program in a folder, where its output goes too; {@code name} names the files. */
    static Child start(String name, Path folder, Map<String, String> environment, List<String> command) {
        return start(name, folder, folder, environment, command);
    }

    static Child start(
            String name, Path folder, Path outputs, Map<String, String> environment, List<String> command) {
        Path out = outputs.resolve(name + ".out");
        Path err = outputs.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        try {
            return new Child(name, out, err, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** What it has written to its standard output so far. */
    String out() {
        return Folders.text(out);
    }

    /** What it has written to its standard error so far. */
    String err() {
        return Folders.text(err);
    }

    /** Both outputs, for the message of a failure. */
    String told() {
        return name + (alive() ? " runs" : " ended with " + process.exitValue())
                + "\n--- its output\n" + out() + "--- its errors\n" + err();
    }

    /** Sends it a signal: TERM, HUP, STOP, CONT, ... */
    void signal(String signal) {
        Programs.run("kill", "-" + signal, Long.toString(pid())).orFail();
    }

    /** Its exit code, when it has ended by itself within the limit. */
    int exitCode(Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("still running after " + limit + ": " + told());
    }

    int openFiles() {
        return entries("fd");
    }

    int threads() {
        return entries("task");
    }

    /** Memory in use, KiB. */
    long residentKib() {
        Matcher line = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(Folders.text(proc("status")));
        if (!line.find()) {
            throw new AssertionError("no VmRSS: " + told());
        }
        return Long.parseLong(line.group(1));
    }

    /**
     * How long the thread that had to wait longest could have run and found every processor busy with others: what a
     * start on an idle machine would not have taken.
     */
    Duration waitedForProcessor() {
        try (Stream<Path> tasks = Files.list(proc("task"))) {
            return Duration.ofNanos(tasks.map(t -> Folders.text(t.resolve("schedstat")).split(" ", -1))
                    .filter(fields -> fields.length == 3)
                    .mapToLong(fields -> Long.parseLong(fields[1]))
                    .max()
                    .orElse(0));
        } catch (IOException e) {
            throw new UncheckedIOException(told(), e);
        }
    }

    private int entries(String folder) {
        try (Stream<Path> files = Files.list(proc(folder))) {
            return (int) files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(told(), e);
        }
    }

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(pid()), file);
    }

    /** Ends it by a signal, and kills it where that does not help. */
    void stop(String signal) {
        if (alive()) {
            signal(signal);
        }
        await();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
