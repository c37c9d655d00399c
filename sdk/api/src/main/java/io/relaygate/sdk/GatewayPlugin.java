package io.relaygate.sdk;

import java.util.List;

/**
 * A plugin: the class that a jar's manifest names as {@code Plugin-Class}. It has a public constructor without
 * arguments and holds what its protocols share.
 *
 * <p>The gateway calls {@link #start} once before anything else and {@link #close} once, after the last handler of the
 * plugin is closed. An exception or error from the constructor or from {@code start} keeps the plugin from being
 * used and is shown to the operator with its message.
 */
public interface GatewayPlugin extends AutoCloseable {

    /** Called once, before {@link #protocols}. */
    default void start() {}

    /** The protocols that routes can name; asked once, after {@link #start}. */
    List<Protocol<?>> protocols();

    /** Called once, when nothing of the plugin is in use any more. */
    @Override
    default void close() {}
}
