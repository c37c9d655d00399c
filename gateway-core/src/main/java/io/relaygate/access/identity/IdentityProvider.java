package io.relaygate.access.identity;

import io.relaygate.sdk.Credential;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Vouches for callers by one kind of credential. Any thread. */
interface IdentityProvider {

    /** The kind that it takes. */
    Credential.Kind takes();

    /** Judges a credential of its kind. */
    Finding judge(Credential shown, Asker asker);

    /** Whether somebody of that name is known to it without any proof: then the name is no secret that was typed there by mistake. */
    default boolean knows(String name) {
        return false;
    }

    /** Until when somebody whom it has vouched for may go on, as far as time alone can say. */
    default Instant until(Finding.Proven proven) {
        return Instant.MAX;
    }

    /** The groups of somebody whom it has vouched for, as they are now; empty if it would not vouch any more. */
    Optional<Set<String>> groupsNow(Finding.Proven proven);
}
