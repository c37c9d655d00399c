package io.relaygate.access.identity;

import java.util.HashMap;
import java.util.Map;

/**
 * The one-time codes that were used last, so that none is good twice: for each name the time step of its last code. Codes of
 * that step and of those before are used up, for all but the session that used it, which may show it again. Any thread.
 */
final class UsedCodes {

    private final Map<Whose, Last> last = new HashMap<>();

    private record Whose(String provider, String name) {}

    private record Last(long step, String session) {}

    /** Uses a code up; false if it was already. Only names of the file come here, so that there is a bound to them. */
    synchronized boolean use(String provider, String name, long step, String session) {
        Whose whose = new Whose(provider, name);
        Last before = last.get(whose);
        if (before != null && (step < before.step || (step == before.step && !session.equals(before.session)))) {
            return false;
        }
        last.put(whose, new Last(step, session));
        return true;
    }
}
