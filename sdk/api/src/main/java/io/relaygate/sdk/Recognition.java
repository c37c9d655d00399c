package io.relaygate.sdk;

/** What a protocol makes of a client's first bytes. */
public enum Recognition {
    /** They are its own. */
    YES,
    /** They are not. */
    NO,
    /** They may become its own; more of them will tell. If no more come, they are not. */
    MORE
}
