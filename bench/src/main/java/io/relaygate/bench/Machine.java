package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine in general terms: what decides the figures, and nothing that tells one machine from another. */
final class Machine {

    private static final Pattern RELEASE = Pattern.compile("^[0-9]+\\.[0-9]+");
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+([0-9]+) kB");

    private Machine() {}

    /** One line; {@code haproxy} is the program, if it is one of the setups. */
    static String describe(List<Setup> setups, Path folder) throws IOException, InterruptedException {
        List<String> parts = new ArrayList<>();
        parts.add("%d cores, %s".formatted(
                Runtime.getRuntime().availableProcessors(), cpu(Files.readString(Path.of("/proc/cpuinfo")))));
        Matcher memory = MEMORY.matcher(Files.readString(Path.of("/proc/meminfo")));
        if (memory.find()) {
            parts.add("%d GB".formatted(Math.round(Long.parseLong(memory.group(1)) * 1024 / 1e9)));
        }
        Matcher release = RELEASE.matcher(System.getProperty("os.version"));
        parts.add("Linux " + (release.find() ? release.group() : "of unknown release"));
        parts.add("Java " + Runtime.version());
        for (Setup setup : setups) {
            if (setup instanceof HaproxyHop hop) {
                parts.add(haproxy(hop.program(), folder));
            }
        }
        return String.join("; ", parts);
    }

    /** Vendor and family from the text of {@code /proc/cpuinfo}; the model number is left out. */
    static String cpu(String cpuinfo) {
        Matcher model = Pattern.compile("(?m)^model name\\s*:\\s*(.*)$").matcher(cpuinfo);
        if (!model.find()) {
            return System.getProperty("os.arch");
        }
        List<String> words = new ArrayList<>();
        for (String word : model.group(1).split(" ", -1)) {
            if (word.matches(".*[0-9@].*")) {
                break;
            }
            words.add(word);
        }
        return words.isEmpty() ? System.getProperty("os.arch") : String.join(" ", words);
    }

    private static String haproxy(Path program, Path folder) throws IOException, InterruptedException {
        try (Child version = Child.start("haproxy-version", folder, List.of(program.toString(), "-vv"), Map.of())) {
            version.awaitSuccess();
            String output = version.output();
            return "HAProxy %s with %s".formatted(
                    first("HAProxy version ([0-9.]+)", output), first("Running on OpenSSL version : (OpenSSL [^ \\n]+)", output));
        }
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "unknown";
    }
}
