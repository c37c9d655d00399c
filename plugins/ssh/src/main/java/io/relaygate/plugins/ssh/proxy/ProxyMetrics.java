package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Metrics;

/** What is counted of a route. Any thread. */
final class ProxyMetrics {

    private final Metrics.Counter logins;
    private final Metrics.Counter channels;

    ProxyMetrics(Metrics metrics) {
        logins = metrics.counter("logins", "Logins of clients: accepted, refused by the route or its targets, or failed.", "outcome");
        channels = metrics.counter("channels", "Channels that are over, by what they were for.", "kind");
    }

    void login(String outcome) {
        logins.add(1, outcome);
    }

    void channel(String kind) {
        channels.add(1, kind);
    }
}
