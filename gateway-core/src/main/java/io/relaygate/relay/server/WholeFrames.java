package io.relaygate.relay.server;

import io.relaygate.net.Buffers;
import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.Link;
import java.io.IOException;

/** Types and borders of messages stay; long frames are cut, none are joined, so that nothing waits for the end of a message. */
final class WholeFrames implements Passage {

    @Override
    public void take(int opcode, FrameReader from, FrameWriter to) throws IOException {
        byte[] buffer = Buffers.take();
        try {
            int kind = opcode;
            do {
                int n = from.payload(buffer, 0, Buffers.PAYLOAD, Link.FOREVER);
                to.write(kind, from.last() && from.remaining() == 0, buffer, 0, n);
                kind = FrameReader.CONTINUATION;
            } while (from.remaining() > 0);
        } finally {
            Buffers.give(buffer);
        }
    }

    @Override
    public boolean holds() {
        return false;
    }

    @Override
    public void flush(FrameWriter to) {
        // Nothing is held.
    }

    @Override
    public void release() {
        // Nothing is held.
    }
}
