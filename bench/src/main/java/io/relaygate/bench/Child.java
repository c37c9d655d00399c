package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that the benchmark started; its output goes to a file. */
final class Child implements AutoCloseable {

    private final String name;
    private final Process process;
    private final Path folder;

    private Child(String name, Process process, Path folder) {
        this.name = name;
        this.process = process;
        this.folder = folder;
    }

    /** Starts {@code command} in {@code folder}, where its output goes to {@code name}.log, behind what is there. */
    static Child start(String name, Path folder, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(name + ".log").toFile()));
        builder.environment().putAll(environment);
        return new Child(name, builder.start(), folder);
    }

    String name() {
        return name;
    }

    /** Where it was started, and where its output is. */
    Path folder() {
        return folder;
    }

    long pid() {
        return process.pid();
    }

    /** Of the process and of those that it has started: an SSH server has one for each connection. */
    double cpuSeconds() throws IOException {
        return sum(ProcFs::cpuSeconds);
    }

    /** Of the same. */
    long residentBytes() throws IOException {
        return Math.round(sum(ProcFs::residentBytes));
    }

    /** Something that can be read of a process. */
    private interface Reading {
        double of(long pid) throws IOException;
    }

    private double sum(Reading reading) throws IOException {
        double sum = reading.of(pid());
        for (ProcessHandle own : process.descendants().toList()) {
            try {
                sum += reading.of(own.pid());
            } catch (IOException e) {
                // Servers have a process for each session, which may have ended meanwhile.
                if (own.isAlive()) {
                    throw e;
                }
            }
        }
        return sum;
    }

    /** Waits until {@code condition} gives a value; fails with the end of the output when time or process ends first. */
    <T> T await(String what, Duration limit, Attempt<T> condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            T value = condition.get();
            if (value != null) {
                return value;
            }
            if (!process.isAlive()) {
                throw new IOException("%s ended with code %d before it had %s:%n%s"
                        .formatted(name, process.exitValue(), what, outputTail()));
            }
            if (System.nanoTime() > end) {
                throw new IOException(
                        "%s had no %s after %d s:%n%s".formatted(name, what, limit.toSeconds(), outputTail()));
            }
            Thread.sleep(20);
        }
    }

    /** Waits for the end of a command that is over in a moment. */
    void awaitSuccess() throws IOException, InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("%s failed:%n%s".formatted(name, outputTail()));
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal: TERM, KILL, STOP, CONT. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("%s cannot be sent the signal %s".formatted(name, signal));
        }
    }

    /** Waits for its end and gives its exit code; fails if that takes longer than the limit. */
    int awaitEnd(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("%s still runs after %d s:%n%s".formatted(name, limit.toSeconds(), outputTail()));
        }
        return process.exitValue();
    }

    /** Everything that it has written so far. */
    String output() throws IOException {
        return Files.readString(folder.resolve(name + ".log"));
    }

    /** The last lines of the output, for messages. */
    String outputTail() throws IOException {
        List<String> lines = output().lines().toList();
        return String.join(System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Ends the process in order, so that a profiler in it can write its file; by force if it takes over 15 s. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
