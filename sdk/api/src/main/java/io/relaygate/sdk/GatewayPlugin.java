package io.relaygate.sdk;

import java.util.List;

/**
 * A plugin: the class that a jar's manifest names as {@code Plugin-Class}. It has a public constructor without
 * arguments and holds what its protocols share.
 *
 * <p>The gateway calls {@link #start} once before anything else and {@link #close} once, after the last handler of the
 * plugin is closed. An exception or error from the constructor, from {@code start} or from {@link #protocols} keeps the
 * plugin from being used and is shown to the operator with its message; {@code close} is called only if {@code start} has
 * returned.
 *
 * <p>Each plugin has a class loader of its own, which is also the thread's context class loader during every call: it sees
 * the JDK, this SDK, slf4j and the plugin's jar.
 */
public interface GatewayPlugin extends AutoCloseable {

    /** Called once, before {@link #protocols}. */
    default void start() {}

    /** The protocols that routes can name; asked once, after {@link #start}. One protocol or dialer at least. */
    List<Protocol<?>> protocols();

    /** The dialers that destinations can name; asked once, after {@link #protocols}. */
    default List<Dialer<?>> dialers() {
        return List.of();
    }

    /** Called once, when nothing of the plugin is in use any more. */
    @Override
    default void close() {}
}
