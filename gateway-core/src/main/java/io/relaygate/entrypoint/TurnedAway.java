package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client that came no further than the entry point. */
record TurnedAway(Link link, IOException why, Consumer<@Nullable RefusedException> whenOver) implements Client {

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public void admitted() throws IOException {
        throw why;
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        throw why;
    }

    @Override
    public void refuse(RefusedException reason) {
        link.abort();
    }

    @Override
    public void over(@Nullable RefusedException refusal) {
        whenOver.accept(refusal);
    }
}
