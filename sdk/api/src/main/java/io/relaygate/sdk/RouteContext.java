package io.relaygate.sdk;

import java.io.Closeable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/**
 * What a route tells the protocol it asks for, and what it lends to it until the route ends. Any thread.
 *
 * <p>{@link Protocol#open} is called to check a configuration too: the route then never begins, no task of {@link #every} runs,
 * and nothing is counted.
 */
public interface RouteContext {

    /** The route's name in the configuration. */
    String route();

    /** Whether the route names a destination itself ({@code to:}); then {@link SessionFacts#to} is never null. */
    boolean namesDestination();

    /** Whether the route names identity providers: only then can {@link Session#judge} accept anybody. */
    boolean namesIdentityProviders();

    /** TLS that begins in mid-stream, with the route's certificates and trust. Not to be used before sessions come. */
    Tls tls();

    /** Numbers of the route, among the gateway's own. */
    Metrics metrics();

    /** The time, by which the gateway goes. */
    InstantSource clock();

    /**
     * Does something again and again, each time on a thread of its own, from one period after the route has begun, and one
     * period after the last time was over. What it throws is logged as a defect of the plugin, and it goes on.
     *
     * @param period 100 milliseconds at least
     * @return ends it before the route does; a time that has begun goes on
     * @throws IllegalArgumentException if the period is shorter
     */
    Closeable every(Duration period, Runnable task);

    /**
     * Makes threads for what a plugin does beside its sessions, of unspecified kind: for libraries that want some. All are to
     * be over when {@link ProtocolHandler#close} returns; those that are not are interrupted, and named in the log if even
     * that does not help.
     */
    ThreadFactory threads();
}
