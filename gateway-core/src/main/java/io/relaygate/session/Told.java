package io.relaygate.session;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the audit knows of the connections that a session has borrowed: who was let through to which address. Any thread. */
final class Told {

    /** So many are remembered; others are told each time. */
    private static final int MOST = 1024;

    private final Set<Use> uses = new HashSet<>();

    private record Use(Caller caller, DestinationName destination, @Nullable String address) {}

    /** Whether the audit does not know it yet; from now on it does. */
    synchronized boolean isNew(Caller caller, DestinationName destination, @Nullable String address) {
        Use use = new Use(caller, destination, address);
        if (uses.contains(use)) {
            return false;
        }
        return uses.size() >= MOST || uses.add(use);
    }
}
