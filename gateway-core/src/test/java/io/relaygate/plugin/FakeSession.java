package io.relaygate.plugin;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Verdict;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session whose client has said something, and which remembers what its handler asked for. */
final class FakeSession implements Session {

    final Map<String, String> notes = new LinkedHashMap<>();
    final List<DestinationName> forwarded = new ArrayList<>();
    private final Connection client;

    FakeSession(String said) {
        client = new Said(new ByteArrayInputStream(said.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Connection client() {
        return client;
    }

    @Override
    public void forward(DestinationName destination) {
        forwarded.add(destination);
    }

    @Override
    public void note(String fact, String value) {
        notes.put(fact, value);
    }

    @Override
    public void event(String name, @Nullable String line, Map<String, String> facts) {
        throw new AssertionError("no protocol of these tests tells events");
    }

    @Override
    public Peer peer(Connection connection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SessionFacts facts() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Verdict judge(Credential... proofs) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void actAs(Caller caller) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection dial(Caller caller, DestinationName destination) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection dial(Caller caller, DestinationName destination, HostPort asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection dial(Caller caller, DestinationName destination, List<String> offered) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Connection borrow(Caller caller, DestinationName destination) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void giveBack(Connection connection) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void splice(Connection a, Connection b) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Fork fork(String name, IoTask task) {
        throw new UnsupportedOperationException();
    }

    /** The client's side, of which only the bytes that it sent are there. */
    private record Said(InputStream in) implements Connection {

        @Override
        public OutputStream out() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public ByteBuffer peek(int n) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean canFinish() {
            return true;
        }

        @Override
        public void finish() {}

        @Override
        public void deadline(@Nullable Instant instant) {}

        @Override
        public void abort() {}

        @Override
        public void close() {}
    }
}
