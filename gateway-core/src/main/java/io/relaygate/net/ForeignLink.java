package io.relaygate.net;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.time.Duration;

/** A connection that a plugin has made over one of ours, as a link. */
public final class ForeignLink extends LookAheadLink {

    private final Connection foreign;

    private ForeignLink(Connection foreign) {
        this.foreign = foreign;
    }

    /** The connection itself where it is a link. */
    public static Link of(Connection connection) {
        return connection instanceof Link link ? link : new ForeignLink(connection);
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        return limit.equals(FOREVER) || foreign.awaitReadable(limit) ? foreign.in().read(into, offset, length) : 0;
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        foreign.out().write(bytes, offset, length);
    }

    @Override
    public boolean canFinish() {
        return foreign.canFinish();
    }

    @Override
    protected void sendEnd() throws IOException {
        foreign.finish();
    }

    @Override
    protected void shut() {
        foreign.close();
    }

    @Override
    protected void drop() {
        foreign.abort();
    }
}
