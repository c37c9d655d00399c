package io.relaygate.observe;

import io.relaygate.sdk.Caller;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of an audit record; one whose value is null or an empty collection is left out. One thread. */
final class Fields {

    /** A token may put its owner into hundreds of groups. */
    private static final int MOST_GROUPS = 64;

    private final Map<String, Object> known = new LinkedHashMap<>();

    /** What every record begins with. */
    static Fields of(String session, String entryPoint, @Nullable String route) {
        return new Fields().with("session", session).with("entryPoint", entryPoint).with("route", route);
    }

    Fields with(String name, @Nullable Object value) {
        boolean nothing = switch (value) {
            case null -> true;
            case Collection<?> items -> items.isEmpty();
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
        if (value != null && !nothing) {
            known.put(name, value);
        }
        return this;
    }

    /** Who called, and how that was proven. */
    Fields with(@Nullable Caller caller) {
        return caller == null
                ? this
                : with("caller", caller.name())
                        .with("proof", caller.proof())
                        .with("groups", caller.groups().isEmpty() ? null : caller.groups().stream().sorted().limit(MOST_GROUPS).toList());
    }

    Map<String, Object> known() {
        return known;
    }
}
