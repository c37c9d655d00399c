package io.relaygate.tunnel;

/** How sessions cross a relay. */
public enum Mode {
    /** Many on a few lanes, which survive the relay's connections; both ends are gateways of ours. */
    TUNNEL,
    /** Each on a rendezvous of its own, as other people's clients and listeners do it. */
    PLAIN
}
