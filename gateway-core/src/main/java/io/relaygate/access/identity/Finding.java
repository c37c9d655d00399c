package io.relaygate.access.identity;

import io.relaygate.observe.LoginRefused.Cause;
import java.util.Set;

/** What an identity provider finds of one credential. */
sealed interface Finding {

    /**
     * It proves a name.
     *
     * @param provider the provider's name
     * @param proof what proves it, in a word
     * @param evidence what of it is asked again at a reload, for the provider; never a secret
     */
    record Proven(String provider, String name, String proof, Set<String> groups, Object evidence) implements Finding {

        /** Keeps its own copy. */
        public Proven {
            groups = Set.copyOf(groups);
        }
    }

    /** It would, if the client proved that it holds the key. */
    record Offered(String name) implements Finding {}

    /**
     * It does not.
     *
     * @param cause why, in a word
     * @param reason why, for the audit
     */
    record Wrong(Cause cause, String reason) implements Finding {

        Wrong(String reason) {
            this(Cause.WRONG, reason);
        }
    }
}
