package io.relaygate.sdk.testkit;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a session has ended, as its line in the audit says.
 *
 * @param how {@code CALLER_DONE}, {@code DESTINATION_DONE}, {@code REFUSED}, {@code DEADLINE}, {@code PEER_LOST},
 *     {@code SHUTDOWN}
 * @param reason why it was refused, or null if it was not
 * @param detail why, in words, or null where {@code how} says it all
 * @param caller who called
 * @param destination the destination that was dialled last, or null
 * @param notes what the handler noted
 */
public record SessionEnding(
        String how,
        @Nullable Reason reason,
        @Nullable String detail,
        Caller caller,
        @Nullable String destination,
        Map<String, String> notes) {

    /** Keeps its own copy of the notes. */
    public SessionEnding {
        notes = Map.copyOf(notes);
    }
}
