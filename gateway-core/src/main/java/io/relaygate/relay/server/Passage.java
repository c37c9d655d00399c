package io.relaygate.relay.server;

import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import java.io.IOException;

/** How data frames of one direction are passed on. One thread. */
interface Passage {

    /** Takes a data frame whose head was read, and passes on of it what it does not hold. */
    void take(int opcode, FrameReader from, FrameWriter to) throws IOException;

    /** Whether something is held that is yet to be passed on. */
    boolean holds();

    /** Passes on what is held: no more comes at once. */
    void flush(FrameWriter to) throws IOException;

    /** Gives back what it has; any number of times. */
    void release();
}
