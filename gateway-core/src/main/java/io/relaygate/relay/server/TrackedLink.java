package io.relaygate.relay.server;

import io.relaygate.net.FilterLink;
import io.relaygate.net.Link;
import java.util.Set;

/** A link that is in a set until it is closed, so that all of them can be dropped at once. */
final class TrackedLink extends FilterLink {

    private final Set<Link> open;

    TrackedLink(Link link, Set<Link> open) {
        super(link);
        this.open = open;
        open.add(this);
    }

    @Override
    public void close() {
        open.remove(this);
        super.close();
    }

    @Override
    public void abort() {
        open.remove(this);
        super.abort();
    }
}
