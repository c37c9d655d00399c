package io.relaygate.relay.server;

import io.relaygate.relay.server.Endpoint.Listener;
import java.time.Instant;

/**
 * A listener whose connection was lost, and which is still offered senders: nobody answers them.
 *
 * @param until when it is forgotten
 */
record Ghost(String id, Instant until) implements Listener {

    @Override
    public String source() {
        return "";
    }

    @Override
    public boolean answers() {
        return true;
    }

    @Override
    public boolean offer(Waiting sender) {
        return true;
    }

    @Override
    public void done(Waiting sender, boolean answered) {
        // It does not learn from it.
    }

    @Override
    public boolean offer(Exchange request) {
        return true;
    }

    @Override
    public void done(Exchange request) {
        // It does not learn from it.
    }

    @Override
    public void dismiss(String why) {
        // It is gone already.
    }
}
