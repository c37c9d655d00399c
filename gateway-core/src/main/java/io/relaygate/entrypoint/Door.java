package io.relaygate.entrypoint;

import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;

/** What is done with the senders who arrive at a hybrid connection; one for each mode. Any thread. */
interface Door {

    /** Takes or refuses one, on the calling thread. */
    void take(Relay relay, Offer offer);

    /**
     * Takes no new sessions.
     *
     * @param whenEmpty called once, when nothing that was taken needs the relay's listeners any more
     */
    void leave(Runnable whenEmpty);

    /** After a reload: ends what has come over carriers that are not trusted any more. */
    default void review() {}

    /** Ends what {@link #leave} has left. */
    void close();
}
