package io.relaygate.access;

import io.relaygate.net.ByteRate;
import java.util.List;

/**
 * What a session has of some limits.
 *
 * @param rates what binds its bytes
 * @param over gives it back; called once
 */
public record Share(List<ByteRate> rates, Runnable over) {

    /** There are no limits. */
    public static final Share NONE = new Share(List.of(), () -> {});

    /** Several as one. */
    public static Share all(List<Share> shares) {
        List<ByteRate> rates = shares.stream().flatMap(share -> share.rates().stream()).toList();
        return new Share(rates, () -> shares.forEach(share -> share.over().run()));
    }

    /** Keeps its own copy. */
    public Share {
        rates = List.copyOf(rates);
    }
}
