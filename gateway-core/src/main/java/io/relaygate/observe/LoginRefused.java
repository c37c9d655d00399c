package io.relaygate.observe;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The audit record of credentials that a client has shown and that proved nothing. A key that is offered, and not proven, is no
 * login.
 *
 * @param session the session's id
 * @param entryPoint the name of the entry point where it arrived
 * @param route the name of the route that took it
 * @param sender the edge that has proven that it sent the session, or null
 * @param source the client's address as text
 * @param credentials the kinds that were refused
 * @param identityProviders those that were asked; none if it did not come to that
 * @param claimed the name that the client says it has; null if it says none, or one that nobody has who is known here, since that
 *     may be a password in the wrong place
 * @param cause why, in a word
 * @param detail the same in words
 */
public record LoginRefused(
        String session,
        String entryPoint,
        @Nullable String route,
        @Nullable String sender,
        String source,
        List<String> credentials,
        List<String> identityProviders,
        @Nullable String claimed,
        Cause cause,
        String detail)
        implements AuditRecord {

    /** Why. Also a metric label. Where several providers have been asked, the last of theirs in this order. */
    public enum Cause {
        /** It is not what was expected of that name, or nobody whom we trust has made it. */
        WRONG,
        /** It is not good at this time. */
        EXPIRED,
        /** It could not be judged: too many wait, or an issuer's keys cannot be read. */
        UNAVAILABLE,
        /** It is of a kind that the route does not take, or does not go with what else was shown. */
        UNFIT,
        /** It was not looked at, after too many failures. */
        HELD
    }

    /** Keeps its own copies. */
    public LoginRefused {
        credentials = List.copyOf(credentials);
        identityProviders = List.copyOf(identityProviders);
    }

    @Override
    public String message() {
        return "login refused";
    }

    @Override
    public Map<String, Object> fields() {
        return Fields.of(session, entryPoint, route)
                .with("sender", sender)
                .with("source", source)
                .with("credentials", credentials)
                .with("identityProviders", identityProviders)
                .with("claimed", claimed)
                .with("cause", cause.name())
                .with("detail", detail)
                .known();
    }
}
