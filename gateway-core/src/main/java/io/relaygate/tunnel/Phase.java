package io.relaygate.tunnel;

/** How far the opening of a session is. */
enum Phase {
    OPENING,
    ACCEPTED,
    OVER
}
