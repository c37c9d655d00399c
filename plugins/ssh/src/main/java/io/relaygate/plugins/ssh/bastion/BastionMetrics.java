package io.relaygate.plugins.ssh.bastion;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Metrics;
import io.relaygate.sdk.RefusedException.Reason;
import java.util.List;

/** What is counted of the bastions of one destination. */
final class BastionMetrics {

    private final Metrics metrics;
    private final Metrics.Counter loginsFailed;
    private final Metrics.Counter refused;

    BastionMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.loginsFailed = metrics.counter("logins_failed", "Bastions that could not be reached or logged in to.", "bastion");
        this.refused = metrics.counter("refused", "Connections that were refused on the way over a bastion.", "bastion", "reason");
    }

    /** What is there at the moment. */
    void watch(List<Bastion> chain) {
        metrics.gauge("sessions", "Sessions with bastions.", () -> chain.stream().mapToInt(Bastion::sessions).sum());
        metrics.gauge("connections", "Connections to the destination over its last bastion.", () -> chain.getLast().connections());
    }

    void loginFailed(HostPort bastion) {
        loginsFailed.add(1, bastion.toString());
    }

    void refused(HostPort bastion, Reason reason) {
        refused.add(1, bastion.toString(), reason.name());
    }
}
