package io.relaygate.destination;

import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the last attempt to reach a site has come to, for each of its namespaces. Any thread. */
public final class Reach {

    /**
     * How an attempt ended.
     *
     * @param when when it ended
     * @param reason why it failed, or null if the site was reached
     * @param detail why, in words; empty if it was reached
     */
    public record Attempt(Instant when, @Nullable Reason reason, String detail) {}

    private final InstantSource clock;
    private final Map<String, Attempt> last = new ConcurrentHashMap<>();

    /** Nothing has been attempted yet. */
    public Reach(InstantSource clock) {
        this.clock = clock;
    }

    /** The last attempt over a namespace, or null if there was none. */
    public @Nullable Attempt last(String namespace) {
        return last.get(namespace);
    }

    /** A gateway of the site has answered. */
    void reached(String namespace) {
        last.put(namespace, new Attempt(clock.instant(), null, ""));
    }

    /** An attempt has failed; a site that refuses was reached, if it understands us. */
    void failed(String namespace, RefusedException why) {
        switch (why.reason()) {
            case NO_RELAY, NO_SITE, BUSY, MALFORMED -> last.put(
                    namespace, new Attempt(clock.instant(), why.reason(), String.valueOf(why.getMessage())));
            case UNREACHABLE, NOT_FOUND, NOT_ALLOWED -> reached(namespace);
        }
    }
}
