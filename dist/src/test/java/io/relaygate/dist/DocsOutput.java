package io.relaygate.dist;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Compares an output that a page shows with a real one, where what differs from run to run is masked in both. */
final class DocsOutput {

    private static final String ANYTHING = "...";

    private static final Map<Pattern, String> MASKS = masks();

    private DocsOutput() {}

    private static Map<Pattern, String> masks() {
        Map<String, String> masks = new LinkedHashMap<>();
        masks.put("SharedAccessSignature \\S+", "SharedAccessSignature TOKEN");
        masks.put("[A-Za-z0-9+/]{43}=", "KEY");
        masks.put("\\bed25519:[A-Za-z0-9_-]{43}", "PIN");
        masks.put("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "TIME");
        masks.put("\\b\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?\\b", "TIME");
        masks.put("\\b[0-9a-f]{64}\\b", "SUM");
        masks.put("\\b[0-9a-f]{32}\\b", "ID");
        masks.put("\\b[0-9a-f]{16}(\\.[0-9a-f]{1,8})?\\b", "ID");
        masks.put("\\b\\d+(\\.\\d+)? MiB/s", "SPEED");
        masks.put("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "ID");
        masks.put("(127\\.0\\.0\\.1|0\\.0\\.0\\.0|localhost)([: ])\\d+", "$1$2PORT");
        masks.put("\\b\\d+(\\.\\d+)? (ms|s|milliseconds|seconds|minutes|hours|days?)\\b( and \\d+ \\w+)?", "SPAN");
        masks.put("[+-]\\d+\\.\\d\\d\\b", "SPAN");
        masks.put("\"bytes(Up|Down)\":\\d+", "\"bytes$1\":COUNT");
        masks.put("\\b(CALLER|DESTINATION)_DONE\\b", "DONE");
        masks.put("Ms\":\\d+(\\.\\d+)?", "Ms\":SPAN");
        masks.put("Ms=\\d+(\\.\\d+)?", "Ms=SPAN");
        masks.put("\\b\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?(\\+[\\w.-]+)?\\b", "VERSION");
        masks.put("(?<![\\w/:.])(/[^\\s/:'\",]+)+/(?=[^\\s/])", "/FOLDER/");
        masks.put("\\s+", " ");
        Map<Pattern, String> compiled = new LinkedHashMap<>();
        masks.forEach((pattern, mask) -> compiled.put(Pattern.compile(pattern), mask));
        return compiled;
    }

    /** The lines of a text, masked, without empty ones at the end. */
    static List<String> lines(String text) {
        return text.stripTrailing().lines().map(DocsOutput::masked).toList();
    }

    private static String masked(String line) {
        String masked = line;
        for (Map.Entry<Pattern, String> mask : MASKS.entrySet()) {
            masked = mask.getKey().matcher(masked).replaceAll(mask.getValue());
        }
        return masked.strip();
    }

    /** Whether a real output is what a page shows; a shown line {@code ...} stands for any lines. */
    static boolean same(String shown, String real) {
        return same(lines(shown), lines(real), false);
    }

    /** Whether a real output begins with what a page shows. */
    static boolean begins(String shown, String real) {
        return same(lines(shown), lines(real), true);
    }

    private static boolean same(List<String> shown, List<String> real, boolean more) {
        if (shown.isEmpty()) {
            return more || real.isEmpty();
        }
        List<String> rest = shown.subList(1, shown.size());
        if (shown.getFirst().equals(ANYTHING)) {
            for (int skipped = 0; skipped <= real.size(); skipped++) {
                if (same(rest, real.subList(skipped, real.size()), more)) {
                    return true;
                }
            }
            return false;
        }
        return !real.isEmpty()
                && shown.getFirst().equals(real.getFirst())
                && same(rest, real.subList(1, real.size()), more);
    }

    /** The same where the order of the lines does not matter. */
    static boolean sameInAnyOrder(String shown, String real) {
        List<String> rest = new ArrayList<>(lines(real));
        boolean all = lines(shown).stream().filter(line -> !line.equals(ANYTHING)).allMatch(rest::remove);
        return all && (rest.isEmpty() || lines(shown).contains(ANYTHING));
    }

    /** Both, for a person who has to find the difference. */
    static String difference(String shown, String real) {
        List<String> message = new ArrayList<>();
        message.add("the output is another than shown; masked, it is");
        lines(real).forEach(line -> message.add("    " + line));
        message.add("  where the page has");
        lines(shown).forEach(line -> message.add("    " + line));
        message.add("  unmasked it is");
        real.lines().forEach(line -> message.add("    " + line));
        return String.join("\n", message);
    }
}
