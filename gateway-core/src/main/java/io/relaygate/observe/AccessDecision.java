package io.relaygate.observe;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The audit record of one dial: whether a caller might reach a destination, and what came of it. Written before the
 * first byte goes there. A session that is turned away before it dials has no such record: its {@link SessionEnd} says so.
 *
 * @param session the session's id
 * @param entryPoint the name of the entry point where it arrived
 * @param route the name of the route that took it
 * @param caller for whom the destination was dialled
 * @param sender the edge that has proven that it sent the session, or null
 * @param source the client's address as text
 * @param destination the destination's name, or {@code site/service}
 * @param asked the host that the client named, or null if it named none
 * @param decision what policy said
 * @param address which address of the destination answered; null if none did
 * @param reason why it was refused, here or at the far side; null if it was not
 * @param detail the same in words
 */
public record AccessDecision(
        String session,
        String entryPoint,
        @Nullable String route,
        Caller caller,
        @Nullable String sender,
        String source,
        String destination,
        @Nullable String asked,
        Decision decision,
        @Nullable String address,
        @Nullable Reason reason,
        @Nullable String detail)
        implements AuditRecord {

    /** What the policy of this gateway said. */
    public enum Decision {
        /** The caller might go there. That nothing answered is told by the reason. */
        ALLOWED,
        /** The caller might not, or there is no such destination. */
        REFUSED
    }

    @Override
    public String message() {
        return "access";
    }

    @Override
    public Map<String, Object> fields() {
        return Fields.of(session, entryPoint, route)
                .with(caller)
                .with("sender", sender)
                .with("source", source)
                .with("destination", destination)
                .with("asked", asked)
                .with("decision", decision.name())
                .with("address", address)
                .with("reason", reason == null ? null : reason.name())
                .with("detail", detail)
                .known();
    }
}
