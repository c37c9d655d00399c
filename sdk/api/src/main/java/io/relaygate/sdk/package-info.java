/**
 * What a plugin may see of the gateway. This page is the contract; the types say the particulars.
 *
 * <p><b>What a plugin brings.</b> A plugin is one jar with one {@link io.relaygate.sdk.GatewayPlugin}, named by
 * {@code Plugin-Class} in its manifest. It brings {@linkplain io.relaygate.sdk.Protocol protocols}, which routes of the
 * configuration name, and {@linkplain io.relaygate.sdk.Dialer dialers}, which destinations name; each with settings, a record
 * whose components carry {@link io.relaygate.sdk.Setting}. Files of certificates and trust are settings like others:
 * {@link io.relaygate.sdk.ServerCertificates}, {@link io.relaygate.sdk.Trust}.
 *
 * <p><b>Who calls what, when.</b> {@code start}, then {@code protocols} and {@code dialers}, once. {@code Protocol.open} for each
 * route and {@code Dialer.open} for each destination, whenever a configuration is read; also only to check it, so that what was
 * opened may never be used. {@code Protocol.recognise}, where a protocol wants it, for each client before it has a route. Then
 * {@link io.relaygate.sdk.ProtocolHandler#handle} once for each {@link io.relaygate.sdk.Session}: one call is one connection.
 * {@code explain} comes without any session, when somebody asks what would be. A reload opens a new handler beside the old one;
 * sessions stay with the one that they began with. {@code close} of a handler comes after its last {@code handle}, and
 * {@code close} of the plugin after its last handler.
 *
 * <p><b>Threads.</b> Each session has a thread of its own, of unspecified kind, so a handler is called by many threads at once.
 * {@code start}, {@code open} and {@code close} are called by one thread, one after the other. All calls block and read top to
 * bottom; there is nothing to cancel: the gateway ends a session by closing its connections, never by interrupting its thread, and
 * a handler lets the {@code IOException} pass. More threads come from {@link io.relaygate.sdk.Session#fork}, which end with the
 * session, from {@link io.relaygate.sdk.RouteContext}, which end with the route, and from {@link io.relaygate.sdk.DialerContext}, which
 * end with the destination. During every call the plugin's class loader
 * is the thread's context class loader.
 *
 * <p><b>Ways out.</b> {@link io.relaygate.sdk.Session#dial}, {@code borrow} and {@code forward} are the only ones. Each asks policy
 * anew, so that a rule that has changed counts at once. {@link io.relaygate.sdk.Session#peer} says which host a connection leads to, for
 * protocols that call servers by their names. What a session has opened is closed when it is over.
 *
 * <p><b>Who calls.</b> A plugin reads {@linkplain io.relaygate.sdk.Credential credentials} and never judges them:
 * {@link io.relaygate.sdk.Session#judge} says whom they prove, {@link io.relaygate.sdk.Session#actAs} makes that the
 * session's caller. A client's certificate comes from {@link io.relaygate.sdk.TlsConnection#clientCertificate} and from nowhere
 * else; it too proves nobody before it was judged. What TLS has shown that ended at an entry point is in
 * {@link io.relaygate.sdk.SessionFacts#tls}.
 *
 * <p><b>Failing.</b> {@link io.relaygate.sdk.RefusedException} says that the caller may not go on, and why;
 * {@code IOException} says that a connection failed; {@code IllegalArgumentException} from {@code open} is a problem of the
 * configuration, shown with its place. Anything else that leaves a plugin is a defect: of a handler, its session ends as
 * BROKEN, the stack is logged once, the gateway lives; of {@code start}, {@code protocols} or {@code dialers}, the plugin is not
 * used; of {@code open}, the configuration is not.
 *
 * <p><b>A plugin never</b>
 * <ul>
 *   <li>opens sockets, looks names up, or starts threads but those that it is lent: what it opens so is asked no policy, written
 *       into no audit, and ended by nobody;
 *   <li>keeps a session, a connection or anything reachable from them after {@code handle} has returned: their calls fail then;
 *   <li>goes on with a connection that it gave back or put TLS over: the one is closed for it, the other's bytes are records;
 *   <li>lets memory grow with what clients say: it shares the heap with all others;
 *   <li>writes secrets or payload into notes, events, metrics or the log. Texts of clients are escaped and cut there, but a
 *       metric's label is for ever.
 * </ul>
 * It is code of this process and trusted: the gateway guards against mistakes, not against intent. What a plugin leaves behind
 * when it is closed, a thread that goes on for example, keeps its classes in memory, and the log names it. In JDK 25 so may
 * {@code equals} and {@code hashCode} of a record once they are called: what is looked up for each session has better a string
 * as its key.
 */
@NullMarked
package io.relaygate.sdk;

import org.jspecify.annotations.NullMarked;
