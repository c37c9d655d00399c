package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process, in {@code /proc} (proc(5)). */
final class ProcFs {

    /** USER_HZ: 100 on every architecture that the distribution is made for. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcFs() {}

    /** CPU seconds, user and system, of all threads of the process, those that have ended included; to 0.01 s. */
    static double cpuSeconds(long pid) throws IOException {
        return cpuSeconds(Files.readString(Path.of("/proc", Long.toString(pid), "stat")));
    }

    /** The same from the text of {@code stat}. The program's name is in brackets and may hold blanks and brackets. */
    static double cpuSeconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        // Fields 14 and 15 of the page, utime and stime; field 3 is the first after the name.
        return (Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3])) / TICKS_PER_SECOND;
    }

    /** How many files this process, and every process that it starts, may have open; each raises its own limit to it. */
    static long openFiles() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String hard = line.split(" +", -1)[4];
                return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
            }
        }
        throw new IOException("/proc/self/limits has no line Max open files");
    }

    /** Whether the process is a Java program. */
    static boolean isJava(long pid) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(pid), "comm")).strip().equals("java");
    }

    /** Resident memory of the process in bytes; from {@code smaps_rollup}, which is exact where {@code status} is not. */
    static long residentBytes(long pid) throws IOException {
        Path file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("Rss:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException(file + " has no line Rss:");
    }
}
