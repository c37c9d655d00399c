package io.relaygate.bench;

import java.io.IOException;

/** A program of others that talks to its server through the gateways for the whole run, in one session. */
interface Witness extends AutoCloseable {

    /** The name of its service: {@code sql}, {@code ssh}. */
    String service();

    /** Starts its server on a port of loopback. */
    void start() throws IOException, InterruptedException;

    /** The server's port. */
    int port();

    /**
     * Runs the program through a port of loopback, to its end.
     *
     * @throws IOException if the program failed, or did not bring about what it should have
     */
    void run(int through) throws IOException, InterruptedException;

    /** What it did, for the table. */
    String deed();

    @Override
    void close();
}
