package io.relaygate.config;

import io.relaygate.config.Shape.Component;
import io.relaygate.config.Shape.Many;
import io.relaygate.config.Shape.Named;
import io.relaygate.config.Yaml.Entry;
import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.config.Yaml.Sequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * Puts together a configuration file and the files that it includes: maps by name, where a name given twice is a
 * problem, and lists one after the other. An included file includes nothing itself, so there are no circles.
 */
final class Include {

    private static final String KEY = "include";
    private static final int MOST_FILES = 1000;
    private static final int DEEPEST = 16;

    private final Path file;
    private final List<Component> components;
    private final Problems problems;

    Include(Path file, List<Component> components, Problems problems) {
        this.file = file;
        this.components = components;
        this.problems = problems;
    }

    /** The map with everything that its {@code include:} names. */
    Mapping merge(Mapping main) {
        Yaml include = main.get(KEY);
        if (include == null || components.stream().noneMatch(component -> component.name().equals(KEY))) {
            return main;
        }
        List<Entry> merged = new ArrayList<>(main.entries());
        for (Path other : files(include)) {
            Yaml root = YamlReader.read(other, problems);
            if (root instanceof Mapping mapping) {
                mapping.entries().forEach(entry -> add(entry, merged));
            } else if (root != null && !(root instanceof Scalar scalar && scalar.kind() == Kind.NOTHING)) {
                problems.add(root.place(), "", "expected a map of settings, found " + root.describe());
            }
        }
        return new Mapping(main.place(), merged);
    }

    private void add(Entry entry, List<Entry> merged) {
        String name = entry.key().text();
        if (name.equals(KEY)) {
            problems.add(entry.key().place(), KEY, "an included file cannot include others");
            return;
        }
        for (int i = 0; i < merged.size(); i++) {
            Entry first = merged.get(i);
            if (first.key().text().equals(name)) {
                merged.set(i, new Entry(first.key(), together(name, first, entry)));
                return;
            }
        }
        merged.add(entry);
    }

    private Yaml together(String name, Entry first, Entry second) {
        Shape shape = components.stream()
                .filter(component -> component.name().equals(name))
                .map(Component::shape)
                .findFirst()
                .orElse(new Shape.Text());
        if (shape instanceof Many && !(first.value() instanceof Mapping) && !(second.value() instanceof Mapping)) {
            List<Yaml> items = new ArrayList<>(items(first.value()));
            items.addAll(items(second.value()));
            return new Sequence(first.value().place(), items, 1, 1);
        }
        if (shape instanceof Named && first.value() instanceof Mapping one && second.value() instanceof Mapping two) {
            return new Mapping(one.place(), union(name, one, two));
        }
        boolean fits = !(shape instanceof Named || shape instanceof Many)
                || (shape instanceof Named) == (second.value() instanceof Mapping);
        problems.add(
                fits ? second.key().place() : second.value().place(),
                name,
                fits
                        ? "is given already at " + first.key().place()
                        : Scalars.expected(shape) + ", found " + second.value().describe());
        return first.value();
    }

    private static List<Yaml> items(Yaml node) {
        return node instanceof Sequence sequence ? sequence.items() : List.of(node);
    }

    private List<Entry> union(String path, Mapping one, Mapping two) {
        Map<String, Entry> names = new LinkedHashMap<>();
        one.entries().forEach(entry -> names.putIfAbsent(entry.key().text(), entry));
        List<Entry> all = new ArrayList<>(one.entries());
        for (Entry entry : two.entries()) {
            Entry first = names.get(entry.key().text());
            if (first == null || entry.key().text().equals("<<")) {
                all.add(entry);
            } else {
                problems.add(
                        entry.key().place(),
                        path + "." + entry.key().text(),
                        "is given already at " + first.key().place());
            }
        }
        return all;
    }

    private Set<Path> files(Yaml include) {
        Set<Path> files = new LinkedHashSet<>();
        for (Yaml pattern : items(include)) {
            if (pattern instanceof Scalar scalar && scalar.kind() == Kind.TEXT) {
                files.addAll(files(scalar));
            }
        }
        files.removeIf(this::isMain);
        if (files.size() > MOST_FILES) {
            problems.add(include.place(), KEY, "names more than " + MOST_FILES + " files");
            return Set.of();
        }
        return files;
    }

    private boolean isMain(Path other) {
        return other.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize());
    }

    private List<Path> files(Scalar pattern) {
        Path parent = file.getParent() == null ? Path.of("") : file.getParent();
        String[] segments = pattern.text().split("/", -1);
        int plain = 0;
        while (plain < segments.length - 1 && isPlain(segments[plain])) {
            plain++;
        }
        String base = String.join("/", List.of(segments).subList(0, plain));
        Path folder = pattern.text().startsWith("/") ? Path.of("/" + base) : parent.resolve(base);
        String rest = String.join("/", List.of(segments).subList(plain, segments.length));
        try {
            return isPlain(rest) ? single(pattern, folder.resolve(rest)) : matching(folder, rest);
        } catch (PatternSyntaxException e) {
            problems.add(pattern.place(), KEY, "not a glob: " + e.getDescription());
        } catch (UncheckedIOException e) {
            problems.add(pattern.place(), KEY, FileTrouble.explain(folder, Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            problems.add(pattern.place(), KEY, FileTrouble.explain(folder, e));
        }
        return List.of();
    }

    private static boolean isPlain(String segment) {
        return segment.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    private List<Path> single(Scalar pattern, Path path) {
        String trouble = FileTrouble.of(path);
        if (trouble != null) {
            problems.add(pattern.place(), KEY, trouble);
            return List.of();
        }
        return List.of(path);
    }

    private static List<Path> matching(Path folder, String glob) throws IOException {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        int depth = glob.contains("**") ? DEEPEST : glob.split("/", -1).length;
        try (Stream<Path> found = Files.find(folder, depth, (path, attributes) -> !Files.isDirectory(path))) {
            return found.filter(path -> matcher.matches(folder.relativize(path)))
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
