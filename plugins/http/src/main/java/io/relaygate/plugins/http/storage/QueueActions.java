package io.relaygate.plugins.http.storage;

import static java.util.Map.entry;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells what requests to the queue service do (Queue service REST API, version 2017-11-09). */
final class QueueActions {

    private static final Pattern QUEUE = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
    private static final String MESSAGES = "messages";

    private static final Map<String, Operation> SERVICE = Map.ofEntries(
            entry("GET /list", Operation.LIST),
            entry("GET service/properties", Operation.ADMIN),
            entry("PUT service/properties", Operation.ADMIN),
            entry("GET service/stats", Operation.ADMIN));

    private static final Map<String, Operation> QUEUES = Map.ofEntries(
            entry("GET /metadata", Operation.READ),
            entry("PUT /", Operation.CREATE),
            entry("PUT /metadata", Operation.WRITE),
            entry("DELETE /", Operation.DROP),
            entry("GET /acl", Operation.ADMIN),
            entry("PUT /acl", Operation.ADMIN));

    private static final Map<String, Operation> ALL_MESSAGES = Map.ofEntries(
            entry("GET /", Operation.PROCESS),
            entry("POST /", Operation.WRITE),
            entry("DELETE /", Operation.DELETE));

    private static final Map<String, Operation> ONE_MESSAGE = Map.ofEntries(
            entry("PUT /", Operation.PROCESS),
            entry("DELETE /", Operation.PROCESS));

    private QueueActions() {}

    static @Nullable Action of(Call call) throws StorageRefusedException {
        String queue = call.first();
        String rest = call.rest();
        if (queue.isEmpty()) {
            return rest == null ? Action.of(SERVICE.get(call.verb()), null) : null;
        }
        if (!QUEUE.matcher(queue).matches()) {
            return null;
        }
        if (rest == null || rest.isEmpty()) {
            return Action.of(QUEUES.get(call.verb()), queue);
        }
        if (rest.equals(MESSAGES)) {
            boolean peeks = call.verb().equals("GET /") && "true".equals(call.query().get("peekonly"));
            return Action.of(peeks ? Operation.READ : ALL_MESSAGES.get(call.verb()), queue);
        }
        boolean one = rest.startsWith(MESSAGES + "/") && rest.indexOf('/', MESSAGES.length() + 1) < 0 && rest.length() > MESSAGES.length() + 1;
        return one ? Action.of(ONE_MESSAGE.get(call.verb()), queue) : null;
    }
}
