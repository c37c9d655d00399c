package io.relaygate.config;

import io.relaygate.config.Shape.Component;
import io.relaygate.sdk.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The reference page of settings records, in Markdown: a section for each record, a row for each key. */
public final class Reference {

    private final Map<Class<? extends Record>, Section> sections = new LinkedHashMap<>();

    private Reference() {}

    /** Where a record appears, and what it is for. */
    private record Section(List<String> paths, String meaning) {
        String title() {
            return paths.isEmpty() ? "The file" : "`" + paths.getFirst() + "`";
        }

        /** The anchor that Markdown gives to the title. */
        String anchor() {
            return title().toLowerCase(Locale.ROOT).replace(' ', '-').replaceAll("[^a-z0-9-]", "");
        }
    }

    /**
     * Writes the sections.
     *
     * @param root the record of the whole file
     * @throws IllegalArgumentException if a type is no settings record
     */
    public static String markdown(Class<? extends Record> root) {
        Reference reference = new Reference();
        reference.collect(root, "", "");
        StringBuilder out = new StringBuilder();
        reference.sections.forEach((type, section) -> reference.write(type, section, out));
        return out.toString();
    }

    private void collect(Class<? extends Record> type, String path, String meaning) {
        Section section = sections.get(type);
        if (section != null) {
            section.paths.add(path);
            return;
        }
        List<String> paths = new ArrayList<>();
        if (!path.isEmpty()) {
            paths.add(path);
        }
        sections.put(type, new Section(paths, meaning));
        for (Component component : Shape.components(type)) {
            String inner = path.isEmpty() ? component.name() : path + "." + component.name();
            collect(component.shape(), inner, component.setting().value());
        }
    }

    private void collect(Shape shape, String path, String meaning) {
        switch (shape) {
            case Shape.Group group -> collect(group.type(), path, meaning);
            case Shape.Many many -> collect(many.item(), path + "[]", meaning);
            case Shape.Named named -> collect(named.value(), path + ".NAME", meaning);
            default -> {
                // A value, not a section.
            }
        }
    }

    private void write(Class<? extends Record> type, Section section, StringBuilder out) {
        out.append("\n## ").append(section.title()).append("\n\n");
        if (!section.meaning.isEmpty()) {
            out.append(section.meaning);
            for (String other : section.paths.subList(1, section.paths.size())) {
                out.append(" The same keys: `").append(other).append("`.");
            }
            out.append("\n\n");
        }
        out.append("| key | takes | default | meaning |\n| --- | --- | --- | --- |\n");
        for (Component component : Shape.components(type)) {
            Setting setting = component.setting();
            String byDefault = setting.required() ? "**required**" : code(setting.byDefault());
            String example = setting.example().isEmpty() ? "" : " Example: " + code(setting.example());
            out.append("| ").append(code(component.name()));
            out.append(" | ").append(takes(component.shape())).append(bounds(setting));
            out.append(" | ").append(byDefault);
            out.append(" | ").append(setting.value().replace("|", "\\|")).append(example).append(" |\n");
        }
    }

    private String takes(Shape shape) {
        return switch (shape) {
            case Shape.Text _ -> "text";
            case Shape.Truth _ -> "`true` or `false`";
            case Shape.Whole _ -> "whole number";
            case Shape.Span _ -> "duration";
            case Shape.FileName _ -> "file or folder";
            case Shape.Hidden _ -> "secret";
            case Shape.Choice choice -> String.join(", ", choice.words().stream().map(Reference::code).toList());
            case Shape.Parsed parsed -> parsed.words();
            case Shape.Group group -> link("settings", group.type());
            case Shape.Many many when many.item() instanceof Shape.Group group -> link("list of settings", group.type());
            case Shape.Many many -> "list: " + takes(many.item());
            case Shape.Named named when named.value() instanceof Shape.Group group -> link("settings by name", group.type());
            case Shape.Named named -> "by name: " + takes(named.value());
            case Shape.Later _ -> "settings of the protocol";
        };
    }

    private String link(String text, Class<? extends Record> type) {
        Section section = sections.get(type);
        return section == null ? text : "[" + text + "](#" + section.anchor() + ")";
    }

    private static String bounds(Setting setting) {
        if (setting.min().isEmpty()) {
            return setting.max().isEmpty() ? "" : ", up to " + setting.max();
        }
        return setting.max().isEmpty() ? ", from " + setting.min() : ", " + setting.min() + " to " + setting.max();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text.replace("|", "\\|") + "`";
    }
}
