package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.access.Share;
import io.relaygate.net.Link;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connection is here.
 *
 * @param check says whether the entry point lets it in, and, asked again, whether it still would
 * @param calling hears for whom it calls
 * @param whenOver hears why it was refused, or null
 */
record ConnectedClient(Link link, Check check, Calling calling, Consumer<@Nullable RefusedException> whenOver)
        implements Client {

    /** Says whether a client may be there. */
    @FunctionalInterface
    interface Check {
        /**
         * Asks.
         *
         * @return until when it may
         * @throws IOException why it may not
         */
        Instant ask() throws IOException;
    }

    /** Counts in the limits of callers. */
    @FunctionalInterface
    interface Calling {
        Share calls(Caller caller) throws RefusedException;
    }

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public Instant admitted() throws IOException {
        return check.ask();
    }

    @Override
    public Link accept(Instant deadline) {
        return link;
    }

    @Override
    public void refuse(RefusedException why) {
        link.abort();
    }

    @Override
    public Share calls(Caller caller) throws RefusedException {
        return calling.calls(caller);
    }

    @Override
    public void over(@Nullable RefusedException refusal) {
        whenOver.accept(refusal);
    }
}
