package io.relaygate.plugins.http.storage;

import static java.util.Map.entry;

import java.util.EnumSet;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what requests to the table service do (Table service REST API, version 2017-11-09). */
final class TableActions {

    /** A table, or {@code Tables}, and the keys of what is meant in it. */
    private static final Pattern PLACE = Pattern.compile("([A-Za-z][A-Za-z0-9]{2,62})(?:\\((.*)\\))?", Pattern.DOTALL);

    /** The keys that name a table in {@code Tables}. */
    private static final Pattern NAMED = Pattern.compile("'([A-Za-z][A-Za-z0-9]{2,62})'");

    private static final String TABLES = "Tables";
    private static final String BATCH = "$batch";

    private static final Map<String, Operation> SERVICE = Map.ofEntries(
            entry("GET service/properties", Operation.ADMIN),
            entry("PUT service/properties", Operation.ADMIN),
            entry("GET service/stats", Operation.ADMIN));

    /** Which one is made stands in the body, so all must be open. */
    private static final Map<String, Operation> ALL_TABLES = Map.ofEntries(
            entry("GET /", Operation.LIST),
            entry("POST /", Operation.CREATE));

    private static final Map<String, Operation> ONE_TABLE = Map.ofEntries(
            entry("GET /", Operation.READ),
            entry("DELETE /", Operation.DROP));

    private static final Map<String, Operation> ENTITIES = Map.ofEntries(
            entry("GET /", Operation.READ),
            entry("POST /", Operation.WRITE),
            entry("GET /acl", Operation.ADMIN),
            entry("PUT /acl", Operation.ADMIN));

    private static final Map<String, Operation> ONE_ENTITY = Map.ofEntries(
            entry("GET /", Operation.READ),
            entry("PUT /", Operation.WRITE),
            entry("PATCH /", Operation.WRITE),
            entry("MERGE /", Operation.WRITE),
            entry("DELETE /", Operation.DELETE));

    private TableActions() {}

    static @Nullable Action of(Call call) throws StorageRefusedException {
        String first = call.first();
        if (call.rest() != null) {
            return null;
        }
        if (first.isEmpty()) {
            return Action.of(SERVICE.get(call.verb()), null);
        }
        if (first.equals(BATCH)) {
            // What it does, and to which table, stands in the body.
            return call.verb().equals("POST /") ? new Action(EnumSet.of(Operation.READ, Operation.WRITE, Operation.DELETE), null) : null;
        }
        Matcher place = PLACE.matcher(first);
        return place.matches() ? inTables(call.verb(), place.group(1), place.group(2)) : null;
    }

    private static @Nullable Action inTables(String verb, String table, @Nullable String keys) {
        boolean all = keys == null || keys.isEmpty();
        if (!table.equalsIgnoreCase(TABLES)) {
            return Action.of((all ? ENTITIES : ONE_ENTITY).get(verb), table);
        }
        if (all) {
            return Action.of(ALL_TABLES.get(verb), null);
        }
        Matcher named = NAMED.matcher(keys);
        return named.matches() ? Action.of(ONE_TABLE.get(verb), named.group(1)) : null;
    }
}
