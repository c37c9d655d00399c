package io.relaygate.plugins.http;

import io.relaygate.plugins.http.callers.Door;
import io.relaygate.plugins.http.rules.Cors;
import io.relaygate.plugins.http.rules.FixedAnswer;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.rules.PathBack;
import io.relaygate.plugins.http.rules.PathChange;
import io.relaygate.plugins.http.rules.QueryChange;
import io.relaygate.plugins.http.rules.Redirect;
import io.relaygate.plugins.http.rules.Reply;
import io.relaygate.plugins.http.storage.StorageAccount;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.DestinationName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a request: a destination gets it, or it is answered here.
 *
 * @param place the host of the settings
 * @param where the place in the settings, in words
 * @param to the destination; null if it is answered here
 * @param host the {@code Host} that the destination sees
 * @param path what the destination sees as the path; null for the same
 * @param back what its paths are for the client; null for the same
 * @param query what the destination sees as the query; null for the same
 * @param http2 whether the destination speaks HTTP/2
 * @param storage the storage account that it is, or null
 * @param redirect where the client is sent, or null
 * @param answer what it is answered, or null
 * @param scope what counts there
 */
record Target(
        String place,
        String where,
        @Nullable DestinationName to,
        HostHeader host,
        @Nullable PathChange path,
        @Nullable PathBack back,
        @Nullable QueryChange query,
        boolean http2,
        @Nullable StorageAccount storage,
        @Nullable Redirect redirect,
        @Nullable FixedAnswer answer,
        Scope scope) {

    /**
     * Of a place that says what becomes of its requests.
     *
     * @param below the path that they begin with
     * @param where in words
     */
    static Target of(String place, String below, String where, PlaceSettings settings, Scope scope) {
        StorageAccount storage = settings.storage() == null ? null : new StorageAccount(settings.storage(), place, below);
        HostHeader host = settings.storage() == null ? settings.host() : HostHeader.of(settings.storage().endpoint().authority());
        PathBack back = settings.path() == null ? null : PathBack.of(settings.path());
        return new Target(
                place, where, settings.to(), host, settings.path(), back, settings.query(), settings.http2(), storage, settings.redirect(),
                settings.answer(), scope.telling(storage == null ? null : storage.service()));
    }

    /** Of the route's own destination. */
    static Target of(DestinationName to, HttpSettings settings, Scope scope) {
        return new Target(Hosts.OTHERS, "the route's own `to`", to, settings.host(), null, null, null, settings.http2(), null, null, null, scope);
    }

    /** The same elsewhere. */
    Target at(DestinationName other) {
        return new Target(place, where, other, host, path, back, query, http2, storage, redirect, answer, scope);
    }

    /** Whether what a pattern has changed of the path stays as the destination knows it. */
    boolean leavesPattern() {
        return back != null && back.leavesPattern();
    }

    /** Whether another one is of the same place in the settings. */
    boolean isSamePlaceAs(Target other) {
        return place.equals(other.place) && where.equals(other.where);
    }

    /** What is asked of who calls. */
    Door door() {
        return scope.door();
    }

    /** The destination of a request that has {@linkplain #reply no answer here}. */
    DestinationName destination() {
        return Objects.requireNonNull(to);
    }

    /** The answer to what a browser asks before its page may ask, which proves nothing (Fetch section 4.8); null if it does not ask. */
    @Nullable Reply preflight(Known known) {
        return scope.cors() != null && Cors.isPreflight(known) ? scope.cors().preflight(known) : null;
    }

    /**
     * The answer that is given here.
     *
     * @return null if the destination gives one
     * @throws MalformedException 400, if what is known of the request makes none
     */
    @Nullable Reply reply(Known known) throws MalformedException {
        return redirect != null ? redirect.reply(known) : answer != null ? answer.reply(known) : null;
    }

    /**
     * Path and query for the destination.
     *
     * @throws MalformedException 400, if there can be no such
     */
    String target(RequestHead asked, Known known) throws MalformedException {
        if (path == null && query == null) {
            return asked.target();
        }
        String there = path == null ? asked.path() : path.of(asked.path(), known);
        String before = asked.target().substring(asked.path().length());
        String after = query == null ? "" : query.of(known.query(), known);
        return there + (query == null ? before : after.isEmpty() ? "" : "?" + after);
    }
}
