package io.relaygate.bench;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a gateway's log.
 *
 * @param process whose log it is
 * @param values what it tells besides time and message, by key
 */
record LogLine(String process, Instant time, String message, Map<String, String> values) {

    private static final Pattern MEMBER = Pattern.compile("\"([A-Za-z]+)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^,}\"]+))");

    /** Reads a log; leaves out what is not a line of it, such as a stack or what Java itself prints. */
    static List<LogLine> read(String process, String log) {
        return log.lines().map(line -> parse(process, line)).filter(Objects::nonNull).toList();
    }

    private static @Nullable LogLine parse(String process, String line) {
        Map<String, String> values = new LinkedHashMap<>();
        Matcher members = MEMBER.matcher(line);
        while (members.find()) {
            values.put(members.group(1), members.group(2) == null ? members.group(3) : members.group(2));
        }
        String time = values.remove("ts");
        String message = values.remove("msg");
        values.keySet().removeAll(List.of("level", "logger"));
        try {
            return time == null || message == null ? null : new LogLine(process, Instant.parse(time), message, values);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /**
     * Whether it tells of a lane or of the way to a relay, and not of another lane than the given one.
     *
     * @param lane the lane's id, the same in the logs of both its ends; null if any
     */
    boolean concerns(@Nullable String lane) {
        String told = values.get("id");
        return told == null ? values.containsKey("namespace") || message.contains("carrier") : lane == null || told.equals(lane);
    }

    /** What it tells, on one line. */
    String words() {
        StringBuilder words = new StringBuilder("%-6s %s".formatted(process, message));
        values.forEach((key, value) -> words.append(' ').append(key).append('=').append(value));
        return words.toString();
    }
}
