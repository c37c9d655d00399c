package io.relaygate;

import io.relaygate.azure.KeyVaults;
import io.relaygate.net.Buffers;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.tunnel.Budget;
import java.util.function.DoubleSupplier;

/** What is measured of a gateway as a whole, whenever somebody asks. */
final class Gauges {

    private Gauges() {}

    static void register(Metrics metrics, Threads threads, Budget budget, KeyVaults vaults, DoubleSupplier departed) {
        metrics.gauge("relaygate_buffers_in_use", "Buffers of 64 KiB that are in use.", Buffers::outstanding);
        metrics.gauge("relaygate_keyvault_stale_secrets", "Secrets in use that could not be fetched again from a key vault.", vaults::stale);
        metrics.gauge("relaygate_tunnel_promised_bytes", "Memory that is promised to the peers of all lanes.", budget::promised);
        metrics.gauge("relaygate_tunnel_promise_limit_bytes", "Memory that may be promised to the peers of all lanes.", budget::most);
        metrics.gauge("relaygate_plugins_departed", "Plugins that are closed and still in memory.", departed);
        metrics.gauge("relaygate_busy_pumps", "Pumps that have a platform thread.", threads::busy);
    }
}
