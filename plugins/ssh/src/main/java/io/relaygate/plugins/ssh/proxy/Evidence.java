package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Session;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where it is kept what is done in a session. Any thread.
 *
 * @param session whose audit is told
 * @param metrics the route's
 * @param recordings what terminals have shown; null if that is not kept
 * @param sftp whether the audit is told what is done over sftp
 */
record Evidence(Session session, ProxyMetrics metrics, @Nullable Recordings recordings, boolean sftp) {

    /** Somebody has tried to log in. */
    void login(String outcome) {
        metrics.login(outcome);
    }

    /** Something is not permitted. */
    void refused(String what) {
        session.event("ssh.refused", Map.of("what", what));
    }

    /** A connection from the target, or back from it, is over, or was not made. */
    void forwarded(String to, String outcome, long up, long down) {
        metrics.channel("forward");
        session.event("ssh.forward", Map.of("to", to, "outcome", outcome, "bytesUp", Long.toString(up), "bytesDown", Long.toString(down)));
    }

    /** A channel of type {@code session} is over. */
    void channelOver(String kind, Map<String, String> facts) {
        metrics.channel(kind);
        session.event("ssh.channel", facts);
    }
}
