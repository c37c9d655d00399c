package io.relaygate.plugins.ssh.client;

import io.relaygate.plugins.ssh.wire.ConnectionMessage;
import java.io.IOException;

/**
 * A channel that the peer wants to open, {@code forwarded-tcpip} or {@code auth-agent@openssh.com} for example: it waits for an answer
 * (RFC 4254 section 5.1). One thread.
 */
public final class ChannelOffer {

    private static final int PROHIBITED = 1;

    private final Channels channels;
    private final String type;
    private final int peer;
    private final long room;
    private final long largest;
    private final byte[] openData;
    private boolean answered;

    ChannelOffer(Channels channels, String type, int peer, long room, long largest, byte[] openData) {
        this.channels = channels;
        this.type = type;
        this.openData = openData;
        this.peer = peer;
        this.room = room;
        this.largest = largest;
    }

    /** Who takes what the peer offers. */
    @FunctionalInterface
    public interface Taker {
        /** Answers it; on a thread of its own. What is unanswered when this returns is refused. */
        void take(ChannelOffer offer) throws IOException;
    }

    /** The channel's type. */
    public String type() {
        return type;
    }

    /** What the peer says about it, which depends on the type. */
    public byte[] openData() {
        return openData.clone();
    }

    /**
     * Opens it.
     *
     * @throws IOException if the session is lost
     */
    public TargetChannel accept() throws IOException {
        answer();
        TargetChannel channel = channels.add();
        channel.opened(peer, room, largest);
        try {
            channels.send(ConnectionMessage.openConfirmation(peer, channel.id(), TargetChannel.WINDOW, TargetChannel.LARGEST));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return channel;
    }

    /**
     * Does not open it.
     *
     * @param reason 1 prohibited, 2 connect failed, 3 unknown type, 4 shortage
     * @param words for people
     * @throws IOException if the session is lost
     */
    public void refuse(int reason, String words) throws IOException {
        answer();
        channels.send(ConnectionMessage.openFailure(peer, reason, words));
    }

    void refuseUnlessAnswered() throws IOException {
        if (!answered) {
            refuse(PROHIBITED, "");
        }
    }

    private void answer() {
        if (answered) {
            throw new IllegalStateException("it was answered before");
        }
        answered = true;
    }
}
