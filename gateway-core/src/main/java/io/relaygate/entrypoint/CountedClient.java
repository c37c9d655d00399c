package io.relaygate.entrypoint;

import io.relaygate.access.Client;
import io.relaygate.access.Share;
import io.relaygate.net.Link;
import io.relaygate.net.ThrottledLink;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client of a hybrid connection, as it counts in the limits there.
 *
 * @param share what it has of them
 * @param trouble why it may not have any, or null
 */
record CountedClient(Client client, HubLimits limits, EntryPointSettings settings, Share share, @Nullable RefusedException trouble)
        implements Client {

    /**
     * Counts one.
     *
     * @param name the entry point's
     * @param sender the edge that has proven that it sends it, or null
     */
    static Client of(Client client, HubLimits limits, String name, EntryPointSettings settings, @Nullable String sender) {
        try {
            return new CountedClient(client, limits, settings, limits.begins(name, settings, sender), null);
        } catch (RefusedException e) {
            return new CountedClient(client, limits, settings, Share.NONE, e);
        }
    }

    @Override
    public boolean relayed() {
        return client.relayed();
    }

    @Override
    public @Nullable String speaks() {
        return client.speaks();
    }

    @Override
    public Instant admitted() throws IOException {
        if (trouble != null) {
            throw trouble;
        }
        return client.admitted();
    }

    @Override
    public Link accept(Instant deadline) throws IOException {
        return ThrottledLink.of(client.accept(deadline), share.rates());
    }

    @Override
    public void refuse(RefusedException why) {
        client.refuse(why);
    }

    @Override
    public Share calls(Caller caller) throws RefusedException {
        return limits.calls(settings.limits(), caller);
    }

    @Override
    public void over(@Nullable RefusedException refusal) {
        share.over().run();
        client.over(refusal);
    }
}
