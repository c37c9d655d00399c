package io.relaygate.relay;

/** How a sender in plain mode says which service it wants. */
public enum Wire {
    /** By the end of the path and by {@link RelayHeaders#SERVICE}, before it is connected. */
    RELAYGATE,
    /** By {@link BridgePreamble}, once it is connected, as azbridge does it. */
    AZBRIDGE
}
