package io.relaygate.tunnel;

import java.nio.ByteBuffer;

/**
 * The versions of the tunnel that an end speaks.
 *
 * @param least the least, from 1 on
 * @param most the greatest, at most 65,535
 */
record Versions(int least, int most) {

    /** What this code speaks. */
    static final Versions OURS = new Versions(1, 1);

    /** Checks the range. */
    Versions {
        if (least < 1 || most < least || most > 0xffff) {
            throw new IllegalArgumentException("no range of versions: " + least + " to " + most);
        }
    }

    static Versions read(ByteBuffer in) {
        return new Versions(in.getShort() & 0xffff, in.getShort() & 0xffff);
    }

    /**
     * The greatest version that both speak, which is the one to use.
     *
     * @throws ProtocolException if there is none
     */
    int sharedWith(Versions peer) throws ProtocolException {
        if (peer.least > most || peer.most < least) {
            throw new ProtocolException("the peer speaks versions " + peer + " of the tunnel, this process " + this);
        }
        return Math.min(most, peer.most);
    }

    @Override
    public String toString() {
        return least + "-" + most;
    }
}
