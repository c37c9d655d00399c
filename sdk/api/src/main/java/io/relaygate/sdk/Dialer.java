package io.relaygate.sdk;

/**
 * A way to a destination that a destination can name ({@code via:}), a proxy for example: makes one {@link DialerHandle} per
 * destination.
 *
 * @param <S> the settings of a destination, bound from the {@code with:} block of its {@code via:}; a record whose components
 *     carry {@link Setting}
 */
public interface Dialer<S extends Record> {

    /** The name by which destinations ask for it: lower case, for example {@code socks5}. */
    String name();

    /** The type of its settings. */
    Class<S> settings();

    /**
     * Makes the handle of one destination. May read files; opens no connection and starts no thread, because checking a
     * configuration calls it too.
     *
     * @throws IllegalArgumentException if it cannot work with these settings; the message is shown to the operator beside the
     *     place of the {@code via:} in the configuration file
     */
    DialerHandle open(S settings, DialerContext context);
}
