package io.relaygate.plugins.http.callers;


import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request whose caller is known. Closed when it has been served. */
public final class Proven implements AutoCloseable {

    private final Door door;
    private final Caller caller;
    private final RequestHead request;
    private final List<Turns.Turn> turns;

    Proven(Door door, Caller caller, RequestHead request, List<Turns.Turn> turns) {
        this.door = door;
        this.caller = caller;
        this.request = request;
        this.turns = List.copyOf(turns);
    }

    /** Who calls. */
    public Caller caller() {
        return caller;
    }

    /** The request without what has proven that, and without what the client itself says of it. */
    public RequestHead request() {
        return request;
    }

    /** Where this caller goes instead; null if where all go. */
    public @Nullable DestinationName instead() {
        return door.instead(caller);
    }

    @Override
    public void close() {
        turns.forEach(Turns.Turn::close);
    }
}
