package io.relaygate;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The records that settings are made of, at whatever depth: themselves, and those in lists and maps. */
final class Held {

    private Held() {}

    static Stream<Record> in(@Nullable Object value) {
        return switch (value) {
            case Record record -> Stream.concat(
                    Stream.of(record),
                    Arrays.stream(record.getClass().getRecordComponents()).flatMap(component -> in(of(record, component))));
            case Collection<?> items -> items.stream().flatMap(Held::in);
            case Map<?, ?> named -> named.values().stream().flatMap(Held::in);
            case null, default -> Stream.of();
        };
    }

    private static @Nullable Object of(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(component + " cannot be read", e);
        }
    }
}
