package io.relaygate.admin;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records of strings, longs, booleans, records and lists of them, from and to the maps that are JSON's objects. */
final class JsonRecords {

    private JsonRecords() {}

    /** A record as an object; a member for each component, in their order. */
    static Map<String, @Nullable Object> object(Record value) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                members.put(component.getName(), plain(component.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a record that cannot be read: " + value.getClass(), e);
            }
        }
        return members;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Record inner -> object(inner);
            case List<?> items -> items.stream().map(JsonRecords::plain).toList();
            case null, default -> value;
        };
    }

    /**
     * An object as a record.
     *
     * @throws IOException if a member is missing or is something else
     */
    static <R extends Record> R read(Class<R> type, Map<?, ?> members) throws IOException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = value(components[i].getGenericType(), members.get(components[i].getName()), components[i].getName());
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IOException("an answer that makes no sense: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record that cannot be made: " + type, e);
        }
    }

    private static Object value(Type type, @Nullable Object given, String name) throws IOException {
        if (type instanceof ParameterizedType list && given instanceof List<?> items) {
            List<Object> values = new ArrayList<>();
            for (Object item : items) {
                values.add(value(list.getActualTypeArguments()[0], item, name));
            }
            return values;
        }
        if (type instanceof Class<?> known && known.isRecord() && given instanceof Map<?, ?> members) {
            return read(known.asSubclass(Record.class), members);
        }
        boolean fits = (type == String.class && given instanceof String)
                || (type == long.class && given instanceof Long)
                || (type == boolean.class && given instanceof Boolean);
        if (given == null || !fits) {
            throw new IOException("the gateway's answer has no " + name + " that is a " + type.getTypeName());
        }
        return given;
    }
}
