package io.relaygate.plugins.http.storage;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request does, and to what.
 *
 * @param operations all that it does
 * @param name the container, queue or table; null if it is not about one alone
 */
record Action(Set<Operation> operations, @Nullable String name) {

    /** One thing; null if that is nothing. */
    static @Nullable Action of(@Nullable Operation operation, @Nullable String name) {
        return operation == null ? null : new Action(EnumSet.of(operation), name);
    }

    /** The same, and more. */
    Action and(Operation more) {
        Set<Operation> all = EnumSet.copyOf(operations);
        all.add(more);
        return new Action(all, name);
    }

    /**
     * What a request does.
     *
     * @return null if that is not known
     */
    static @Nullable Action of(Service service, Call call) throws StorageRefusedException {
        return switch (service) {
            case BLOB -> BlobActions.of(call);
            case QUEUE -> QueueActions.of(call);
            case TABLE -> TableActions.of(call);
        };
    }
}
