package io.relaygate.plugins.tcp;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session that remembers what it was asked to forward to. Whatever else a handler asks of it is a failure. */
final class FakeSession implements Session {

    private final SessionFacts facts;
    private final @Nullable IOException failure;
    final List<DestinationName> forwarded = new ArrayList<>();

    private FakeSession(DestinationName to, @Nullable IOException failure) {
        this.facts = new SessionFacts(
                "0".repeat(32), "in", "route", Caller.ANONYMOUS, "192.0.2.7:51312", null, Map.of(), to);
        this.failure = failure;
    }

    static FakeSession to(String destination) {
        return new FakeSession(DestinationName.parse(destination), null);
    }

    static FakeSession failing(String destination, IOException failure) {
        return new FakeSession(DestinationName.parse(destination), failure);
    }

    @Override
    public SessionFacts facts() {
        return facts;
    }

    @Override
    public void forward(DestinationName destination) throws IOException {
        forwarded.add(destination);
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Connection client() {
        throw new AssertionError("tcp leaves the client's bytes alone");
    }

    @Override
    public Connection dial(Caller caller, DestinationName destination) {
        throw new AssertionError("tcp dials by forwarding");
    }

    @Override
    public void splice(Connection a, Connection b) {
        throw new AssertionError("tcp splices by forwarding");
    }

    @Override
    public void fork(String name, IoTask task) {
        throw new AssertionError("tcp needs no second thread");
    }

    @Override
    public void note(String fact, String value) {
        throw new AssertionError("tcp knows nothing to note");
    }
}
