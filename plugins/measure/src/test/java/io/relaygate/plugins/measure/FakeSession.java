package io.relaygate.plugins.measure;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import java.util.function.Supplier;

/** A session with a client and nothing else. */
record FakeSession(Supplier<Connection> waiting) implements Session {

    @Override
    public Connection client() {
        return waiting.get();
    }

    @Override
    public SessionFacts facts() {
        throw new AssertionError("measure asks for nobody");
    }

    @Override
    public Connection dial(Caller caller, DestinationName destination) {
        throw new AssertionError("measure connects to nothing");
    }

    @Override
    public void forward(DestinationName destination) {
        throw new AssertionError("measure connects to nothing");
    }

    @Override
    public void splice(Connection a, Connection b) {
        throw new AssertionError("measure connects to nothing");
    }

    @Override
    public void fork(String name, IoTask task) {
        throw new AssertionError("measure needs no second thread");
    }

    @Override
    public void note(String fact, String value) {
        throw new AssertionError("measure notes nothing");
    }
}
