package io.relaygate;

import io.relaygate.plugin.Declared;
import io.relaygate.plugin.PluginCheck;
import io.relaygate.plugin.PluginFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one plugin jar is, and what is wrong with it.
 *
 * @param facts what its manifest says; null if that cannot be read
 * @param sha256 of its content, 64 hexadecimal digits; empty if it was not looked into
 * @param passed what is in order, one line each
 * @param warnings what works and still should not be so
 * @param problems what keeps it from being used, or from working
 * @param protocols those that it brings, and dialers as {@code via NAME}, each with an example of its settings in YAML
 */
public record JarReport(
        @Nullable Facts facts,
        String sha256,
        List<String> passed,
        List<String> warnings,
        List<String> problems,
        Map<String, List<String>> protocols) {

    /**
     * What a manifest says.
     *
     * @param id {@code Plugin-Id}
     * @param version {@code Plugin-Version}
     * @param lines all of it for people, by what it is
     */
    public record Facts(String id, String version, Map<String, String> lines) {

        static Facts of(PluginFacts manifest) {
            Map<String, String> lines = new LinkedHashMap<>();
            lines.put("id", manifest.id());
            lines.put("version", manifest.version());
            put(lines, "description", manifest.description());
            put(lines, "provider", manifest.provider());
            put(lines, "license", manifest.license());
            lines.put("class", manifest.type());
            lines.put("SDK", manifest.requires());
            Declared declared = manifest.declared();
            lines.put("protocols", names(declared.protocols()));
            lines.put("dialers", names(declared.dialers()));
            lines.put("network", said(declared.network()));
            lines.put("files", said(declared.files()));
            lines.put("threads", said(declared.threads()));
            return new Facts(manifest.id(), manifest.version(), lines);
        }

        private static void put(Map<String, String> lines, String what, @Nullable String text) {
            if (text != null) {
                lines.put(what, text);
            }
        }

        private static String names(@Nullable List<String> names) {
            return said(names == null ? null : names.isEmpty() ? "none" : String.join(", ", names));
        }

        private static String said(@Nullable String text) {
            return text == null ? "not said" : text;
        }
    }

    /** Keeps its own copies. */
    public JarReport {
        passed = List.copyOf(passed);
        warnings = List.copyOf(warnings);
        problems = List.copyOf(problems);
        protocols = Map.copyOf(protocols);
    }

    static JarReport of(PluginCheck check) {
        PluginFacts facts = check.facts();
        return new JarReport(facts == null ? null : Facts.of(facts), check.sha256(), check.passed(), check.warnings(),
                check.problems(), check.protocols());
    }
}
