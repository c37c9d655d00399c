package io.relaygate.config;

import io.relaygate.config.Shape.Component;
import io.relaygate.sdk.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Settings as one could write them, made of the examples that the record's {@link Setting} annotations carry. */
public final class Example {

    private static final String SECRET = "secret";
    private static final Pattern FILE = Pattern.compile("\\$\\{file:[^{}]*}");

    private final boolean bound;
    private final List<String> lines = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private Example(boolean bound) {
        this.bound = bound;
    }

    /**
     * The lines of YAML, with what each setting means; settings that can be left out and carry no example are comments, with
     * their defaults.
     *
     * @throws IllegalArgumentException if the type is no settings record
     */
    public static List<String> of(Class<? extends Record> type) {
        Example example = new Example(false);
        example.group(type, "", "");
        return List.copyOf(example.lines);
    }

    /**
     * Reads the example as a configuration is read.
     *
     * @param scratch an empty folder for it
     * @return what is wrong, one line each: settings that are needed and carry no example, and examples that are not taken
     * @throws IOException if it cannot be written
     */
    public static List<String> problems(Class<? extends Record> type, Path scratch) throws IOException {
        Example example = new Example(true);
        example.group(type, "", "");
        if (!example.missing.isEmpty()) {
            return example.missing.stream().map(name -> "the setting " + name + " is required, and its @Setting gives no example").toList();
        }
        Files.writeString(scratch.resolve(SECRET), "example");
        Path file = Files.writeString(scratch.resolve("example.yaml"), example.lines.isEmpty() ? "{}" : String.join("\n", example.lines));
        Problems problems = new Problems();
        Binder.read(file, type, problems);
        return problems.all().stream().map(problem -> problem.path() + ": " + problem.message()).toList();
    }

    private void group(Class<? extends Record> type, String indent, String path) {
        for (Component component : Shape.components(type)) {
            Setting setting = component.setting();
            if (setting.required() || !setting.example().isEmpty()) {
                int before = lines.size();
                component(component, indent, Keys.join(path, component.name()));
                if (!bound && lines.size() > before) {
                    lines.set(before, lines.get(before) + "  # " + setting.value());
                }
            } else if (!bound) {
                String byDefault = setting.byDefault().isEmpty() ? "" : " " + setting.byDefault();
                lines.add(indent + "# " + component.name() + ":" + byDefault + "  # " + setting.value());
            }
        }
    }

    private void component(Component component, String indent, String path) {
        String name = indent + component.name() + ":";
        String example = component.setting().example();
        if (bound && component.shape() instanceof Shape.Hidden) {
            lines.add(name + " \"${file:" + SECRET + "}\"");
        } else if (!example.isEmpty()) {
            lines.add(name + " " + (bound ? FILE.matcher(example).replaceAll("\\${file:" + SECRET + "}") : example));
        } else {
            made(component.shape(), name, indent, path);
        }
    }

    /** What can be made up for a setting that carries no example. */
    private void made(Shape shape, String name, String indent, String path) {
        switch (shape) {
            case Shape.Hidden _ -> lines.add(name + " \"${file:" + SECRET + "}\"");
            case Shape.Truth _ -> lines.add(name + " true");
            case Shape.Choice choice -> lines.add(name + " " + choice.words().getFirst());
            case Shape.Group group -> nested(name, indent + "  ", group.type(), path);
            case Shape.Many many when many.item() instanceof Shape.Group group -> {
                lines.add(name);
                nested(indent + "  -", indent + "    ", group.type(), path);
            }
            case Shape.Named named when named.value() instanceof Shape.Group group -> {
                lines.add(name);
                nested(indent + "  name:", indent + "    ", group.type(), path);
            }
            default -> missing.add(path);
        }
    }

    private void nested(String head, String indent, Class<? extends Record> type, String path) {
        int before = lines.size();
        lines.add(head);
        group(type, indent, path);
        if (lines.stream().skip(before + 1L).allMatch(line -> line.strip().startsWith("#"))) {
            lines.set(before, head + " {}");
        }
    }
}
