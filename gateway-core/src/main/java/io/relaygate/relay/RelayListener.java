package io.relaygate.relay;

/** A hybrid connection that is being listened on. */
public interface RelayListener extends AutoCloseable {

    /** How many control channels are up now. */
    int connected();

    /** How many there are to be; a relay in this process needs one, whatever was asked for. */
    int wanted();

    /** What is wrong, for people, or what is right: {@code listening}, {@code connecting: 401 ...}. */
    String state();

    /** Stops listening; senders that were offered may still be accepted. */
    @Override
    void close();
}
