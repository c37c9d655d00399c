package io.relaygate.tunnel;

/** How a lane has lost a carrier; also a label of a metric. */
public enum CarrierLoss {
    /** The other end, or the relay, has ended the connection. */
    CLOSED,
    /** The connection broke. */
    FAILED,
    /** Nothing came for longer than the silence limit. */
    SILENT,
    /** The peer did not answer in time when the lane was to go on. */
    UNANSWERED,
    /** What came is not allowed. */
    FAULT,
    /** Another carrier took its place while it lived. */
    REPLACED,
    /** The machine was suspended. */
    SUSPENDED
}
