package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.FieldRule;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules for fields that count at a place, in the order in which they are done: the route's, then those of the host, of the path, and
 * of the case.
 *
 * @param request for requests
 * @param response for responses
 */
record Rules(List<Named> request, List<Named> response) {

    /** None. */
    static final Rules NONE = new Rules(List.of(), List.of());

    /**
     * One of them.
     *
     * @param name where it stands in the settings, for people
     */
    record Named(String name, FieldRule rule) {}

    /** Keeps its own copies. */
    Rules {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }

    /**
     * These, and then more.
     *
     * @param where these stand, in words; empty for the route
     */
    Rules and(String where, List<FieldRule> moreForRequests, List<FieldRule> moreForResponses) {
        return new Rules(joined(request, where, "request", moreForRequests), joined(response, where, "response", moreForResponses));
    }

    private static List<Named> joined(List<Named> before, String where, String list, List<FieldRule> more) {
        List<Named> all = new ArrayList<>(before);
        for (int i = 0; i < more.size(); i++) {
            all.add(new Named((where.isEmpty() ? "" : where + ", ") + list + "[" + i + "]", more.get(i)));
        }
        return all;
    }

    /** Whether something is done to answers that the gateway gives itself. */
    boolean touchOwnAnswers() {
        return response.stream().anyMatch(each -> each.rule().always());
    }
}
