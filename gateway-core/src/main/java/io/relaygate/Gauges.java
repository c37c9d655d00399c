package io.relaygate;

import io.relaygate.azure.EntraTokens;
import io.relaygate.azure.KeyVaults;
import io.relaygate.net.Buffers;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.observe.Samples;
import io.relaygate.tunnel.Budget;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/** What is measured of a gateway as a whole, whenever somebody asks. */
final class Gauges {

    private Gauges() {}

    static void register(Metrics metrics, Threads threads, Budget budget, KeyVaults vaults, Relays relays, DoubleSupplier departed) {
        metrics.gauge("relaygate_buffers_in_use", "Buffers of 64 KiB that are in use.", Buffers::outstanding);
        metrics.gauge("relaygate_keyvault_stale_secrets", "Secrets in use that could not be fetched again from a key vault.", vaults::stale);
        metrics.gauge("relaygate_tunnel_promised_bytes", "Memory that is promised to the peers of all lanes.", budget::promised);
        metrics.gauge("relaygate_tunnel_promise_limit_bytes", "Memory that may be promised to the peers of all lanes.", budget::most);
        metrics.gauge("relaygate_plugins_departed", "Plugins that are closed and still in memory.", departed);
        metrics.gauge("relaygate_busy_pumps", "Pumps that have a platform thread.", threads::busy);
        metrics.sampled(samples -> tokens(samples, vaults, relays));
    }

    /** By where the configuration names the identity. While a changed namespace is still in use, it and the new one count as one. */
    private static void tokens(Samples samples, KeyVaults vaults, Relays relays) {
        Map<String, EntraTokens.Count> all = new TreeMap<>();
        relays.tokens((name, count) -> all.merge("namespaces." + name, count, Gauges::both));
        vaults.tokens().forEach(count -> all.merge("keyVault", count, Gauges::both));
        all.forEach((credential, count) -> {
            String help = "Tokens that Microsoft Entra was asked for, by whether it gave one.";
            samples.counter("relaygate_entra_tokens", help, count.obtained(), Map.of("credential", credential, "result", "obtained"));
            samples.counter("relaygate_entra_tokens", help, count.failed(), Map.of("credential", credential, "result", "failed"));
            Duration left = count.left();
            if (left != null) {
                samples.gauge("relaygate_entra_token_left_seconds", "How long the present token of Microsoft Entra still counts; less than 0 when it has ended.",
                        left.toMillis() / 1000.0, Map.of("credential", credential));
            }
        });
    }

    private static EntraTokens.Count both(EntraTokens.Count one, EntraTokens.Count other) {
        Duration left = Stream.of(one, other).map(EntraTokens.Count::left).filter(Objects::nonNull).max(Comparator.naturalOrder()).orElse(null);
        return new EntraTokens.Count(one.obtained() + other.obtained(), one.failed() + other.failed(), left);
    }
}
