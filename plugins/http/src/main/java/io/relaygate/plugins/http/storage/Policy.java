package io.relaygate.plugins.http.storage;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may be done in an account, and to what.
 *
 * @param names the containers, queues or tables that are open
 * @param operations what may be done with them
 */
record Policy(List<NameRule> names, Set<Operation> operations) {

    private static final Set<Operation> READ_ONLY = EnumSet.of(Operation.READ, Operation.LIST);

    /**
     * As the settings say it.
     *
     * @throws IllegalArgumentException if they open nothing, or do not say what
     */
    static Policy of(StorageSettings settings) {
        if (settings.names().isEmpty()) {
            throw new IllegalArgumentException("`storage` needs `names`, the containers, queues or tables that are open, `*` for all");
        }
        if (settings.operations().isEmpty() && !settings.readOnly()) {
            throw new IllegalArgumentException("`storage` needs `operations`, what may be done, or `readOnly: true`");
        }
        Set<Operation> operations = EnumSet.copyOf(settings.operations().isEmpty() ? READ_ONLY : settings.operations());
        if (settings.readOnly()) {
            operations.retainAll(READ_ONLY);
        }
        if (operations.isEmpty()) {
            throw new IllegalArgumentException("`readOnly: true` leaves nothing of `operations`");
        }
        return new Policy(settings.names(), operations);
    }

    /**
     * Refuses what is not open.
     *
     * @param action null if nobody knows what the request does
     * @throws StorageRefusedException 403
     */
    void require(@Nullable Action action) throws StorageRefusedException {
        if (action == null) {
            throw new StorageRefusedException(403, "AuthorizationFailure", "the gateway does not know what this request does, and so does not let it through");
        }
        String name = action.name();
        if (names.stream().noneMatch(rule -> name == null ? rule.fitsAll() : rule.fits(name))) {
            throw new StorageRefusedException(403, "AuthorizationFailure", name == null
                    ? "the gateway opens some names of this account alone, and this request is about all"
                    : "the gateway does not open '" + name + "' of this account");
        }
        if (!operations.containsAll(action.operations())) {
            throw new StorageRefusedException(403, "AuthorizationPermissionMismatch", "the gateway opens this account for "
                    + words(operations) + ", and this request needs " + words(action.operations()));
        }
    }

    private static String words(Set<Operation> operations) {
        return operations.stream().sorted().map(each -> "'" + each.name().toLowerCase(Locale.ROOT) + "'").collect(Collectors.joining(", "));
    }
}
