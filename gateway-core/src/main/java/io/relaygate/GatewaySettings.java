package io.relaygate;

import io.relaygate.admin.AdminSettings;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.observe.LogSettings;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.route.RouteSettings;
import io.relaygate.sdk.Setting;
import io.relaygate.tunnel.TunnelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration file, as it is written; {@link GatewayConfig} is what it means. */
public record GatewaySettings(
        @Setting(value = "The name of the site that this gateway belongs to; for logs and metrics.", example = "oslo")
                @Nullable String site,
        @Setting(value = "Where the gateway keeps what it must remember: admin token, addresses, generated keys and "
                        + "certificates; if left out, a folder beside the configuration file named relaygate-state.",
                        example = "/var/lib/relaygate")
                @Nullable Path stateDir,
        @Setting(value = "Further files to merge, as globs.", example = "[sites.d/*.yaml]") List<String> include,
        @Setting("The relay namespaces, by name; `embedded` is the relay of this process.")
                Map<String, NamespaceSettings> namespaces,
        @Setting("What every site has unless it says otherwise.") @Nullable SiteSettings siteDefaults,
        @Setting("The sites behind relays, by name.") Map<String, SiteSettings> sites,
        @Setting("Where connections arrive, by name.") Map<String, EntryPointSettings> entryPoints,
        @Setting("From entry points to protocols; the first match wins.") List<RouteSettings> routes,
        @Setting("Named places that sessions can be connected to, by name.")
                Map<String, DestinationSettings> destinations,
        @Setting("How sessions in tunnels behave.") @Nullable TunnelSettings tunnel,
        @Setting("The embedded relay.") @Nullable RelaySettings relay,
        @Setting("The admin port.") @Nullable AdminSettings admin,
        @Setting("Readiness for load balancers.") AdminSettings.@Nullable Health health,
        @Setting("The log.") @Nullable LogSettings log,
        @Setting(value = "The folder of plugin jars; if left out, the distribution's.", example = "/opt/relaygate/plugins")
                @Nullable Path plugins,
        @Setting(value = "How long sessions may go on after a request to stop.", byDefault = "30s", min = "0s")
                Duration drainTime) {}
