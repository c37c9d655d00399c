package io.relaygate;

import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Dialer;

/**
 * The dialer that a destination is reached by.
 *
 * @param destination the destination's name
 * @param dialer the dialer that it names
 * @param with the dialer's settings
 * @param <S> their type
 */
record BoundVia<S extends Record>(String destination, Dialer<S> dialer, S with) {

    /**
     * Opens it.
     *
     * @throws IllegalArgumentException if it cannot work so; the configuration was checked for it
     */
    DialerHost.Opened open(Metrics metrics, Threads threads) {
        return new DialerHost(destination, dialer.name(), metrics, threads).open(context -> dialer.open(with, context));
    }
}
