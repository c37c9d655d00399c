package io.relaygate.config;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a component of a settings record takes: {@link Setting} lists the types, this names their meaning. */
sealed interface Shape {

    /** A text. */
    record Text() implements Shape {}

    /** {@code true} or {@code false}. */
    record Truth() implements Shape {}

    /** An {@code int} or a {@code long}. */
    record Whole(boolean wide) implements Shape {}

    /** A duration, {@code 30s}. */
    record Span() implements Shape {}

    /** A file or folder, relative to the file that names it. */
    record FileName() implements Shape {}

    /** A reference to a secret. */
    record Hidden() implements Shape {}

    /** One of a few words: the constants of an enum in lower case. */
    record Choice(Class<? extends Enum<?>> type) implements Shape {
        List<String> words() {
            return Arrays.stream(type.getEnumConstants()).map(Choice::word).toList();
        }

        static String word(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A text that a class reads by its static {@code parse(String)}. */
    record Parsed(Class<?> type, Method parse) implements Shape {

        /** What the text looks like, as a regular expression: the class's constant {@code PATTERN}; empty if it has none. */
        String pattern() {
            if (type == HostPort.class) {
                return "(\\[[0-9A-Fa-f:.]+(%[^\\]]+)?\\]|[^\\s/\\[\\]@:]+):[0-9]{1,5}";
            }
            try {
                return type.getField("PATTERN").get(null) instanceof String pattern ? pattern : "";
            } catch (ReflectiveOperationException e) {
                return "";
            }
        }

        /** Whether a number without quotes is such a text: the class has a constant {@code NUMBER}. */
        boolean takesNumbers() {
            return Arrays.stream(type.getFields()).anyMatch(field -> field.getName().equals("NUMBER"));
        }

        /** What the text is, for people: the class's name in words. */
        String words() {
            String name = type.getSimpleName();
            return type == HostPort.class ? "host:port" : name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        }
    }

    /** A settings record. */
    record Group(Class<? extends Record> type) implements Shape {}

    /** A list. */
    record Many(Shape item) implements Shape {}

    /** A map from names. */
    record Named(Shape value) implements Shape {}

    /** Whatever a plugin's settings will be. */
    record Later() implements Shape {}

    /** One component of a settings record. */
    record Component(String name, Shape shape, Setting setting, Class<?> type) {}

    /**
     * The components of a settings record.
     *
     * @throws IllegalArgumentException if the record has a component without {@link Setting} or of an unsupported type
     */
    static List<Component> components(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).map(Shape::component).toList();
    }

    private static Component component(RecordComponent component) {
        String where = component.getDeclaringRecord().getName() + "." + component.getName();
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalArgumentException(where + " carries no @Setting");
        }
        return new Component(component.getName(), of(component.getGenericType(), where), setting, component.getType());
    }

    private static Shape of(Type type, String where) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return new Many(of(generic.getActualTypeArguments()[0], where));
        }
        if (type instanceof ParameterizedType generic
                && generic.getRawType() == Map.class
                && generic.getActualTypeArguments()[0] == String.class) {
            return new Named(of(generic.getActualTypeArguments()[1], where));
        }
        if (type instanceof Class<?> plain) {
            return of(plain, where);
        }
        throw new IllegalArgumentException(where + " has the unsupported type " + type.getTypeName());
    }

    private static Shape of(Class<?> type, String where) {
        if (type == String.class) {
            return new Text();
        } else if (type == boolean.class || type == Boolean.class) {
            return new Truth();
        } else if (type == int.class || type == Integer.class) {
            return new Whole(false);
        } else if (type == long.class || type == Long.class) {
            return new Whole(true);
        } else if (type == Duration.class) {
            return new Span();
        } else if (type == Path.class) {
            return new FileName();
        } else if (type == Secret.class) {
            return new Hidden();
        } else if (type == Block.class) {
            return new Later();
        }
        return ofClass(type, where);
    }

    @SuppressWarnings("unchecked")
    private static Shape ofClass(Class<?> type, String where) {
        if (type.isEnum()) {
            return new Choice((Class<? extends Enum<?>>) type);
        }
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals("parse")
                    && Modifier.isStatic(method.getModifiers())
                    && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class})
                    && type.isAssignableFrom(method.getReturnType())) {
                method.setAccessible(true);
                return new Parsed(type, method);
            }
        }
        if (type.isRecord()) {
            return new Group(type.asSubclass(Record.class));
        }
        throw new IllegalArgumentException(where + " has the unsupported type " + type.getName());
    }
}
