package io.relaygate.tunnel;

import io.relaygate.observe.Ending;
import io.relaygate.observe.LostException;

/** How a lane ended; its sessions end by the same. */
public enum LaneEnd {
    /** Nobody needed it any more. */
    DONE(0),
    /** No carrier could be had for longer than the hold time, or the peer has given it up. */
    RELAY_LOST(1),
    /** The peer's process is gone. */
    PEER_LOST(2),
    /** The protocol was broken. */
    BROKEN(3),
    /** The key that the peer has proven is not trusted any more. */
    NOT_TRUSTED(4);

    private final int code;

    LaneEnd(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    int code() {
        return code;
    }

    /** The end of a number; of one that a later version has added we know that it is no clean one. */
    static LaneEnd of(int code) {
        for (LaneEnd end : values()) {
            if (end.code == code) {
                return end;
            }
        }
        return BROKEN;
    }

    /** Whether a session that the other end has not begun may be opened on another lane. */
    boolean leavesOthers() {
        return this == RELAY_LOST || this == PEER_LOST;
    }

    /** What the sessions of the lane end with. */
    LostException asFailure(String reason) {
        return switch (this) {
            case DONE -> new LostException(Ending.PEER_LOST, "the tunnel was closed");
            case RELAY_LOST -> new LostException(Ending.RELAY_LOST, "the relay was lost: " + reason);
            case PEER_LOST -> new LostException(Ending.PEER_LOST, "the gateway at the other end is gone: " + reason);
            case BROKEN -> new LostException(Ending.PEER_LOST, "the tunnel is broken: " + reason);
            case NOT_TRUSTED -> new LostException(Ending.REFUSED, "the gateway at the other end is not trusted any more: " + reason);
        };
    }
}
