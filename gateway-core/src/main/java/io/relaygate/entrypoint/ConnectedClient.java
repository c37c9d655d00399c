package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A client whose connection is here.
 *
 * @param turnedAway why it came no further than the entry point, or null if it did
 * @param whenOver hears why it was refused, or null
 */
record ConnectedClient(Link link, @Nullable IOException turnedAway, Consumer<@Nullable RefusedException> whenOver)
        implements Client {

    @Override
    public boolean relayed() {
        return false;
    }

    @Override
    public void admitted() throws IOException {
        if (turnedAway != null) {
            throw turnedAway;
        }
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
