package io.relaygate.plugins.ssh.client;

import java.io.IOException;

/** The peer does not open a channel; the session goes on. */
public final class ChannelRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int reason;
    private final String said;

    /** With the peer's reason (RFC 4254 section 5.1) and what it has said, of which people are shown what is printable. */
    ChannelRefusedException(int reason, String said) {
        super(inWords(reason));
        this.reason = reason;
        this.said = said;
    }

    private static String inWords(int reason) {
        return switch (reason) {
            case 1 -> "it does not permit the channel";
            case 2 -> "it cannot connect";
            case 3 -> "it does not know this type of channel";
            case 4 -> "it has no room for the channel";
            default -> "it refuses the channel for reason " + Integer.toUnsignedString(reason);
        };
    }

    /** 1 prohibited, 2 connect failed, 3 unknown type, 4 shortage; others are the peer's own. */
    public int reason() {
        return reason;
    }

    /** The peer's words, which may hold anything. */
    public String said() {
        return said;
    }
}
