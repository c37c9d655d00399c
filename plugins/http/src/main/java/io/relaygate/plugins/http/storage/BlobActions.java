package io.relaygate.plugins.http.storage;

import static java.util.Map.entry;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what requests to the blob service do (Blob service REST API, version 2017-11-09). */
final class BlobActions {

    /** Holds the blobs whose path has no container. */
    private static final String ROOT = "$root";

    private static final Pattern CONTAINER = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]|\\$root|\\$logs|\\$web");

    private static final Map<String, Operation> SERVICE = Map.ofEntries(
            entry("GET /list", Operation.LIST),
            entry("GET account/properties", Operation.READ),
            entry("GET service/properties", Operation.ADMIN),
            entry("PUT service/properties", Operation.ADMIN),
            entry("GET service/stats", Operation.ADMIN));

    private static final Map<String, Operation> IN_CONTAINERS = Map.ofEntries(
            entry("GET container/", Operation.READ),
            entry("GET container/metadata", Operation.READ),
            entry("GET container/list", Operation.LIST),
            entry("PUT container/", Operation.CREATE),
            entry("PUT container/metadata", Operation.WRITE),
            entry("PUT container/lease", Operation.WRITE),
            entry("DELETE container/", Operation.DROP),
            entry("GET container/acl", Operation.ADMIN),
            entry("PUT container/acl", Operation.ADMIN));

    private static final Map<String, Operation> BLOBS = Map.ofEntries(
            entry("GET /", Operation.READ),
            entry("GET /metadata", Operation.READ),
            entry("GET /blocklist", Operation.READ),
            entry("GET /pagelist", Operation.READ),
            entry("PUT /", Operation.WRITE),
            entry("PUT /metadata", Operation.WRITE),
            entry("PUT /properties", Operation.WRITE),
            entry("PUT /block", Operation.WRITE),
            entry("PUT /blocklist", Operation.WRITE),
            entry("PUT /page", Operation.WRITE),
            entry("PUT /appendblock", Operation.WRITE),
            entry("PUT /lease", Operation.WRITE),
            entry("PUT /snapshot", Operation.WRITE),
            entry("PUT /copy", Operation.WRITE),
            entry("PUT /incrementalcopy", Operation.WRITE),
            entry("DELETE /", Operation.DELETE));

    private BlobActions() {}

    static @Nullable Action of(Call call) throws StorageRefusedException {
        String first = call.first();
        String rest = call.rest();
        if (first.isEmpty()) {
            return rest == null ? Action.of(SERVICE.get(call.verb()), null) : null;
        }
        Operation inContainer = IN_CONTAINERS.get(call.verb());
        if (inContainer != null) {
            return isContainer(first) && (rest == null || rest.isEmpty()) ? Action.of(inContainer, first) : null;
        }
        if (rest == null) {
            return Action.of(BLOBS.get(call.verb()), ROOT);
        }
        return isContainer(first) && !rest.isEmpty() ? Action.of(BLOBS.get(call.verb()), first) : null;
    }

    private static boolean isContainer(String name) {
        return CONTAINER.matcher(name).matches();
    }
}
