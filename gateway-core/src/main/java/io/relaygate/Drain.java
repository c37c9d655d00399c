package io.relaygate;

import io.relaygate.observe.Ending;
import io.relaygate.relay.server.EmbeddedRelay;
import io.relaygate.session.Sessions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a gateway's work come to its end.
 *
 * @param relayed the embedded relay, or null if there is none
 */
record Drain(EntryPoints entryPoints, Sessions sessions, @Nullable EmbeddedRelay relayed) {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** Takes nothing new, waits for sessions, and ends those that have not ended when the time is over. */
    void run(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        LOG.atInfo()
                .addKeyValue("sessions", sessions.open())
                .addKeyValue("relayed", relayed == null ? 0 : relayed.pairs().sessions())
                .addKeyValue("drainTime", limit)
                .log("draining");
        if (relayed != null) {
            relayed.pairs().drain();
        }
        entryPoints.close();
        if (!sessions.awaitNone(limit)) {
            LOG.atWarn().addKeyValue("sessions", sessions.open()).log("drain time is over, sessions end now");
            sessions.kill(Ending.SHUTDOWN);
        }
        if (relayed != null && !relayed.pairs().awaitNone(Duration.ofNanos(end - System.nanoTime()))) {
            LOG.atWarn().addKeyValue("relayed", relayed.pairs().sessions()).log("drain time is over, relayed sessions end now");
        }
    }
}
