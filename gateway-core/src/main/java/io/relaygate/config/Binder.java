package io.relaygate.config;

import io.relaygate.config.Shape.Component;
import io.relaygate.config.Shape.Group;
import io.relaygate.config.Shape.Later;
import io.relaygate.config.Shape.Many;
import io.relaygate.config.Shape.Named;
import io.relaygate.config.Yaml.Entry;
import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.config.Yaml.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds YAML to settings records, strictly, and goes on after everything that is wrong, so that all of it is found in
 * one run. A value that is wrong is bound as if it were not given and had no default.
 */
public final class Binder {

    private final Problems problems;
    private final Keys keys;
    private final Origins origins = new Origins();
    private final @Nullable SecretStore store;

    Binder(Problems problems, @Nullable SecretStore store) {
        this.store = store;
        this.problems = problems;
        this.keys = new Keys(problems);
    }

    /** Reads a file and fetches no secret of a key vault. See {@link #read(Path, Class, Problems, SecretStore)}. */
    public static <T extends Record> @Nullable Bound<T> read(Path file, Class<T> type, Problems problems) {
        return read(file, type, problems, null);
    }

    /**
     * Reads a file, with the files that its {@code include:} names.
     *
     * @param problems takes everything that is wrong
     * @param store where secrets of key vaults come from; null to fetch none
     * @return null if the file could not be read at all
     * @throws IllegalArgumentException if the type, or one that it is made of, is no settings record
     */
    public static <T extends Record> @Nullable Bound<T> read(
            Path file, Class<T> type, Problems problems, @Nullable SecretStore store) {
        Yaml root = YamlReader.read(file, problems);
        if (root == null) {
            return null;
        }
        if (!(root instanceof Mapping mapping)) {
            boolean empty = root instanceof Scalar scalar && scalar.kind() == Kind.NOTHING;
            problems.add(root.place(), "", empty ? "the file is empty" : "expected a map of settings, found " + root.describe());
            return null;
        }
        Mapping merged = new Include(file, Shape.components(type), problems).merge(mapping);
        if (store != null) {
            store.prepare(SecretReference.vaulted(merged));
        }
        return new Binder(problems, store).bound(merged, Place.start(file), "", type);
    }

    /** Binds a block. */
    <S extends Record> @Nullable Bound<S> block(Mapping node, Place place, String path, Class<S> type) {
        return bound(node, place, path, type);
    }

    private <T extends Record> @Nullable Bound<T> bound(Mapping node, Place place, String path, Class<T> type) {
        Record value = group(node, place, path, type);
        return value == null ? null : new Bound<>(type.cast(value), origins);
    }

    /** What was read for one component of a record. */
    private @Nullable Object value(Yaml node, Component component, Shape shape, Place place, String path) {
        if (node instanceof Scalar scalar && scalar.kind() == Kind.NOTHING) {
            String advice = shape instanceof Group || shape instanceof Named ? "; write {} if nothing is to be set" : "";
            problems.add(place, path, "has no value" + advice);
            return null;
        }
        switch (shape) {
            case Group group when node instanceof Mapping mapping -> {
                return group(mapping, place, path, group.type());
            }
            case Named named when node instanceof Mapping mapping -> {
                return named(mapping, component, named.value(), path);
            }
            case Later _ when node instanceof Mapping mapping -> {
                return new Block(mapping, place, path, store);
            }
            case Many many when node instanceof Sequence sequence -> {
                return many(sequence.items(), component, many.item(), path);
            }
            case Many many when node instanceof Scalar -> {
                return many(List.of(node), component, many.item(), path);
            }
            case Group _, Named _, Later _, Many _ -> problems.add(
                    node.place(), path, Scalars.expected(shape) + ", found " + node.describe());
            default -> {
                return scalar(node, component, shape, path);
            }
        }
        return null;
    }

    private @Nullable Object scalar(Yaml node, Component component, Shape shape, String path) {
        try {
            if (node instanceof Scalar scalar) {
                return Scalars.read(shape, scalar, component.setting(), store);
            }
            problems.add(node.place(), path, Scalars.expected(shape) + ", found " + node.describe());
        } catch (IllegalArgumentException e) {
            problems.add(node.place(), path, String.valueOf(e.getMessage()));
        }
        return null;
    }

    private List<Object> many(List<Yaml> nodes, Component component, Shape item, String path) {
        List<Object> values = new ArrayList<>();
        Map<Object, Place> places = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Yaml node = nodes.get(i);
            Object value = value(node, component, item, node.place(), path + "[" + label(node, i) + "]");
            if (value != null) {
                places.put(values.size(), node.place());
                values.add(value);
            }
        }
        List<Object> list = Collections.unmodifiableList(values);
        origins.put(list, places);
        return list;
    }

    /** An item's name where it has one, else its index. */
    private static String label(Yaml node, int index) {
        return node instanceof Mapping mapping && mapping.get("name") instanceof Scalar name && name.kind() == Kind.TEXT
                ? name.text()
                : String.valueOf(index);
    }

    private Map<String, Object> named(Mapping node, Component component, Shape shape, String path) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<Object, Place> places = new HashMap<>();
        keys.entries(node, path).forEach((name, entry) -> {
            Object value = value(entry.value(), component, shape, entry.key().place(), Keys.join(path, name));
            places.put(name, entry.key().place());
            if (value != null) {
                values.put(name, value);
            }
        });
        Map<String, Object> map = Collections.unmodifiableMap(values);
        origins.put(map, places);
        return map;
    }

    private @Nullable Record group(Mapping node, Place place, String path, Class<? extends Record> type) {
        int before = problems.count();
        Map<String, Entry> entries = keys.entries(node, path);
        List<Component> components = Shape.components(type);
        Set<String> wrong = keys.unknown(entries, components, path);
        Map<String, Place> given = new HashMap<>();
        Object[] arguments = new Object[components.size()];
        for (int i = 0; i < arguments.length; i++) {
            Component component = components.get(i);
            Entry entry = entries.get(component.name());
            int sofar = problems.count();
            Object value = null;
            if (entry != null) {
                value = given(entry, component, Keys.join(path, component.name()));
            } else if (!wrong.contains(component.name())) {
                value = absent(component, place, path);
            }
            if (entry != null && !isEmptyCollection(entry, component)) {
                given.put(component.name(), entry.value().place());
            }
            if (problems.count() > sofar) {
                wrong.add(component.name());
            }
            arguments[i] = value == null ? blank(component) : value;
        }
        Record bound = construct(type, components, arguments, place, path, problems.count() == before);
        if (bound != null) {
            origins.put(bound, place, path, given, wrong);
        }
        return bound;
    }

    private @Nullable Object given(Entry entry, Component component, String path) {
        Shape shape = component.shape();
        boolean block = shape instanceof Group || shape instanceof Later;
        boolean nothing = entry.value() instanceof Scalar scalar && scalar.kind() == Kind.NOTHING;
        Place place = block || nothing ? entry.key().place() : entry.value().place();
        Object value = value(entry.value(), component, shape, place, path);
        boolean needsOne = component.setting().required() || !component.setting().min().isEmpty();
        if (needsOne && isEmptyCollection(entry, component)) {
            problems.add(place, path, "needs at least one");
        }
        return value;
    }

    /** An empty list or map counts as one that is left out. */
    private static boolean isEmptyCollection(Entry entry, Component component) {
        return switch (entry.value()) {
            case Sequence sequence -> sequence.items().isEmpty() && component.shape() instanceof Many;
            case Mapping mapping -> mapping.entries().isEmpty() && component.shape() instanceof Named;
            case Scalar _ -> false;
        };
    }

    private @Nullable Object absent(Component component, Place place, String path) {
        if (component.setting().required()) {
            problems.add(place, Keys.join(path, component.name()), "is missing");
            return null;
        }
        String text = component.setting().byDefault();
        if (text.isEmpty()) {
            return null;
        }
        Yaml node = YamlReader.fragment(text, place);
        return value(node, component, component.shape(), place, Keys.join(path, component.name()));
    }

    /** What stands for nothing. */
    private static @Nullable Object blank(Component component) {
        if (component.shape() instanceof Many) {
            return List.of();
        } else if (component.shape() instanceof Named) {
            return Map.of();
        } else if (component.type() == boolean.class) {
            return false;
        } else if (component.type() == int.class) {
            return 0;
        } else if (component.type() == long.class) {
            return 0L;
        }
        return null;
    }

    private @Nullable Record construct(
            Class<? extends Record> type, List<Component> components, Object[] arguments, Place place, String path, boolean sound) {
        Class<?>[] types = components.stream().map(Component::type).toArray(Class<?>[]::new);
        try {
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            // A record that checks its values may stumble over those that were wrong and are listed already.
            if (sound) {
                problems.add(place, path, refusal(Objects.requireNonNull(e.getCause())));
            }
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type.getName() + " is no settings record", e);
        }
    }

    private static String refusal(Throwable cause) {
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : "the settings refuse these values: " + cause;
    }
}
