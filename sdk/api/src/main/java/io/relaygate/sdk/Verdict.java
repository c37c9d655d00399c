package io.relaygate.sdk;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What credentials prove. */
public sealed interface Verdict {

    /**
     * They prove who the client is. Whether the caller may use the route is asked by {@link Session#actAs} and
     * {@link Session#dial}.
     */
    record Accepted(Caller caller) implements Verdict {}

    /**
     * They prove nothing, and more of them would not help.
     *
     * @param reason why, for the audit alone; the gateway has told it there
     * @param tell what may be told to the client: never which part was wrong
     * @param again when it is worth while to show them again, because they could not be judged, or were not after too many
     *     failures; null if they were judged
     */
    record Refused(String reason, String tell, @Nullable Duration again) implements Verdict {}

    /**
     * Nothing is wrong with them, but they are not enough: a second factor is missing, or a key was offered and must be
     * proven.
     *
     * @param next the kinds of credentials of which one is needed next, beside those that were judged
     */
    record Incomplete(Set<Credential.Kind> next) implements Verdict {

        /** Keeps its own copy. */
        public Incomplete {
            next = Set.copyOf(next);
        }
    }
}
