package io.relaygate.sdk;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client connection, from accept to its last byte. Given to {@link ProtocolHandler#handle} and usable until that
 * call returns.
 *
 * <p>Tasks of {@link #fork} may run beside the handler and each other; they may call {@link #note}, {@link #event}, {@link #fork},
 * {@link #dial}, {@link #borrow}, {@link #peer} and {@link #giveBack} at once, and everything else one after the other.
 */
public interface Session {

    /** What is known about the session before its first byte is read. */
    SessionFacts facts();

    /**
     * The client's side. Where the client waits behind a relay, the first call accepts it; a {@link RefusedException}
     * that leaves the handler before that reaches the client as the relay's refusal, with its reason.
     */
    Connection client() throws IOException;

    /**
     * Says what credentials prove, by the identity providers that the route names. Changes nothing in the session, and may
     * be asked again: with all that the client has shown so far, at most one of each kind; a one-time code that was good
     * stays good within the session. Without any credential it says with which kinds a client may begin. A key that is
     * offered and not proven is no failure. May wait its turn where passwords are judged, but not for longer than the
     * session has to be connected.
     *
     * <p>The credentials are not kept; whoever made them wipes them.
     */
    Verdict judge(Credential... proofs);

    /**
     * Says who calls: from now on this is {@link #facts}' caller, whom {@link #forward} dials for, and the audit line's.
     * Called once at most.
     *
     * @param caller whom {@link #judge} has accepted in this session
     * @throws RefusedException if nobody has vouched for the caller, or the route does not allow it
     * @throws IllegalStateException if it was called before
     */
    void actAs(Caller caller) throws RefusedException;

    /**
     * Connects to a destination. Every address of the destination is tried in turn until one answers.
     *
     * @param caller who asks: {@link #facts}' caller, or another one whom {@link #judge} has accepted in this session
     *     where several share the connection; where the route names identity providers, only such a one, or
     *     {@link Caller#ANONYMOUS} if the handler names {@linkplain ProtocolHandler#openPlaces open places}
     * @param destination a declared destination, or {@code site/service}
     * @throws RefusedException if the far side refused, if no address answered, or if policy says no
     */
    Connection dial(Caller caller, DestinationName destination) throws IOException;

    /**
     * Connects as {@link #dial(Caller, DestinationName)} does, and offers application protocols in the TLS of the destination, if
     * it has any; {@link Connection#applicationProtocol} says what it has chosen. Where TLS does not begin here, at a service of a
     * site or in a destination without it, nobody is offered anything.
     *
     * @param caller who asks
     * @param destination a declared destination, or {@code site/service}
     * @param offered the names of the protocols (RFC 7301), the best first
     * @throws RefusedException as {@link #dial(Caller, DestinationName)} does; UNREACHABLE, too, if the destination has TLS and
     *     chooses none of them
     */
    Connection dial(Caller caller, DestinationName destination, List<String> offered) throws IOException;

    /**
     * Connects to a host that the client has named, as SSH's {@code direct-tcpip} or a redirect of TDS does. The
     * destination's {@code permit:} decides, and nothing is permitted that it does not say: by the name as it was asked
     * for, and by each address that one look-up of it gave. Connects to no other address than one that was permitted.
     *
     * @param caller who asks
     * @param destination a declared destination; services of sites take no host
     * @param asked the host and port that the client wants
     * @throws RefusedException if policy says no, with what would permit it, or if no permitted address answered
     */
    Connection dial(Caller caller, DestinationName destination, HostPort asked) throws IOException;

    /**
     * Connects for one use, or gives a connection that the same caller has given back before; for protocols whose clients ask
     * one thing after the other. Policy is asked every time, as {@link #dial} does; the audit is told once of each caller and address.
     * A connection that has waited may break at its first use: the far side may have closed it at that moment.
     *
     * @param caller who asks, as for {@link #dial}; connections of other callers are never given
     * @param destination a declared destination; a service of a site is connected to anew each time
     * @throws RefusedException as {@link #dial} does
     */
    Connection borrow(Caller caller, DestinationName destination) throws IOException;

    /**
     * Gives back what {@link #borrow} gave, when an answer has been read to its end. It is closed for the plugin, and waits for
     * its next use; or is closed altogether if it was ended or broken, if a call on it goes on, or if there is more to read. Does
     * nothing if it was closed, or given back before.
     *
     * @throws IllegalArgumentException if it was not borrowed in this session
     */
    void giveBack(Connection connection);

    /**
     * Who a connection leads to that {@link #dial} or {@link #borrow} gave: the host as the configuration or the client names it,
     * not what that was resolved to, for protocols that tell servers their own name.
     *
     * @return null if no host was named, as for a Unix socket or for a service of a site, whose hosts the site alone knows; and of
     *     a connection that is over, or none of this session's
     */
    @Nullable Peer peer(Connection connection);

    /**
     * Carries bytes both ways until both directions have ended, keeping half-close wherever both sides can. A side
     * that breaks is answered by aborting the other: a reset never looks like an end.
     */
    void splice(Connection a, Connection b) throws IOException;

    /** Dials for the session's own caller, then splices the client with the destination. */
    void forward(DestinationName destination) throws IOException;

    /**
     * Runs a task on a thread of its own that ends with the session: its connections are closed then. An exception of a
     * connection ends the task alone, and is noted under its name; anything else is a defect, and ends the session.
     */
    Fork fork(String name, IoTask task);

    /** Adds a fact to the session's audit line, for example {@code "tds.database" = "Orders"}. */
    void note(String fact, String value);

    /**
     * Writes an audit record of its own about something that happened in the session: a statement, a file transfer.
     * Never waits. Texts are escaped and cut at 256 characters; no secrets, no payload.
     *
     * @param name what happened, the same words each time: {@code "tds.statement"}
     * @param facts the particulars, at most 32
     * @throws IllegalArgumentException if there are more facts
     */
    default void event(String name, Map<String, String> facts) {
        event(name, null, facts);
    }

    /**
     * The same with a line for programs that read logs of the protocol's own, as those of web servers.
     *
     * @param line cut at 2048 characters; what clients said in it the plugin has cut before. Null for none
     */
    void event(String name, @Nullable String line, Map<String, String> facts);

    /**
     * A host that a connection leads to.
     *
     * @param address its name or address, and its port
     * @param tls whether the gateway speaks TLS with it
     */
    record Peer(HostPort address, boolean tls) {}

    /** A task of {@link #fork}. */
    @FunctionalInterface
    interface IoTask {
        void run() throws IOException;
    }

    /** A task that {@link #fork} runs. */
    interface Fork {
        /**
         * Waits until it is over.
         *
         * @throws IOException what it has thrown, or if it had a defect
         */
        void join() throws IOException;
    }
}
