package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Door;
import io.relaygate.plugins.http.rules.Cors;
import io.relaygate.plugins.http.rules.SecurityFields;
import io.relaygate.plugins.http.storage.Service;
import org.jspecify.annotations.Nullable;

/**
 * What the settings of a route, a host or a path say that also counts for the places in it.
 *
 * @param door what is asked of who calls
 * @param rules what is done to fields
 * @param cors which pages of other origins may ask; null to leave that to destinations
 * @param security what makes browsers careful; null for nothing
 * @param service the storage service in whose form errors are told; null for plain words
 */
record Scope(Door door, Rules rules, @Nullable Cors cors, @Nullable SecurityFields security, @Nullable Service service) {

    /** Of a route. */
    static Scope of(HttpSettings settings, Door door) {
        return new Scope(door, Rules.NONE.and("", settings.request(), settings.response()), settings.cors(), settings.security(), null);
    }

    /**
     * Of a place in it: what that does not say itself is as around it.
     *
     * @param where it stands, in words
     */
    Scope within(String where, PlaceSettings place) {
        return new Scope(
                door.with(place.callers(), place.perSource(), place.perCaller()),
                rules.and(where, place.request(), place.response()),
                place.cors() == null ? cors : place.cors(),
                place.security() == null ? security : place.security(),
                service);
    }

    /** The same with errors in the form of a service. */
    Scope telling(@Nullable Service form) {
        return new Scope(door, rules, cors, security, form);
    }

    /** Whether an error is told by this in plain words and no more. */
    boolean isPlain() {
        return cors == null && security == null && service == null && !rules.touchOwnAnswers();
    }
}
