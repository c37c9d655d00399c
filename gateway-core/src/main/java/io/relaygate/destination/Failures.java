package io.relaygate.destination;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.ArrayList;
import java.util.List;

/** What a site's namespaces have answered while none of them led to it. */
final class Failures {

    private final List<String> answers = new ArrayList<>();
    private Reason reason = Reason.NO_RELAY;

    /** A namespace has failed too. */
    void add(RefusedException why) {
        answers.add(String.valueOf(why.getMessage()));
        if (distance(why.reason()) > distance(reason)) {
            reason = why.reason();
        }
    }

    /** All of them, with the reason of the one that came nearest to the destination. */
    RefusedException all(String of) {
        return new RefusedException(reason, of + String.join("; ", answers));
    }

    private static int distance(Reason reason) {
        return switch (reason) {
            case NO_RELAY -> 0;
            case NO_SITE -> 1;
            case BUSY -> 2;
            case UNREACHABLE -> 3;
            case NOT_FOUND, NOT_ALLOWED, MALFORMED -> 4;
        };
    }
}
