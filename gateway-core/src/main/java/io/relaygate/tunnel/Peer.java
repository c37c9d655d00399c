package io.relaygate.tunnel;

import io.relaygate.net.Pin;
import javax.crypto.SecretKey;

/**
 * The gateway at the other end of a sealed carrier, as the seal has proven it.
 *
 * @param name what it is called here: an edge by its name under {@code senders:}, a site by its name under {@code sites:}
 * @param pin the key that it has proven
 * @param own the key that this gateway has proven to it
 * @param secret 32 bytes that both ends of the carrier know and nobody else
 */
public record Peer(String name, Pin pin, Pin own, SecretKey secret) {

    /** The secret of a lane that is made on the carrier. */
    Bits laneSecret() {
        return new Bits(secret.getEncoded());
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name + " " + pin;
    }
}
