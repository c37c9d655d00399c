package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client whose connection is here. */
record ConnectedClient(Link link, Consumer<@Nullable RefusedException> whenOver) implements Client {

    @Override
    public boolean relayed() {
        return false;
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
    public void over(@Nullable RefusedException refusal) {
        whenOver.accept(refusal);
    }
}
