package io.relaygate.bench;

import java.io.IOException;

/** A way for bytes to get from a client to the sink. */
interface Setup {

    /** Its name on the command line and in file names. */
    String name();

    /** Its name in the table. */
    String title();

    /** How many descriptors a session takes in the process of it that needs most. */
    default int descriptorsPerSession() {
        return 2;
    }

    /** Starts its processes in a new folder under the work folder; returns when a byte has come through. */
    ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException;
}
