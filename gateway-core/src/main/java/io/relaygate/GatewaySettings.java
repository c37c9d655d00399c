package io.relaygate;

import io.relaygate.access.SenderSettings;
import io.relaygate.access.identity.IdentityProviderSettings;
import io.relaygate.admin.AdminSettings;
import io.relaygate.azure.KeyVaultSettings;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.ForwardSettings;
import io.relaygate.net.OutboundProxySettings;
import io.relaygate.net.Pin;
import io.relaygate.observe.AuditSettings;
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
        @Setting("Who asks key vaults for secrets that are written `${keyvault:VAULT/SECRET}`.") @Nullable KeyVaultSettings keyVault,
        @Setting("The relay namespaces, by name; `embedded` is the relay of this process.")
                Map<String, NamespaceSettings> namespaces,
        @Setting("The HTTP proxy between this gateway and the internet: relays, Microsoft Entra, key vaults and issuers' keys are reached "
                        + "through it, destinations are not. Left out, HTTPS_PROXY and NO_PROXY of the environment say it.")
                @Nullable OutboundProxySettings outboundProxy,
        @Setting("What every site has unless it says otherwise.") @Nullable SiteSettings siteDefaults,
        @Setting("The sites behind relays, by name.") Map<String, SiteSettings> sites,
        @Setting(value = "The key by which gateways at the other side of relays know this one; `relaygate identity` makes it. If "
                        + "left out, identity.pem in stateDir.",
                        example = "identity.pem")
                @Nullable Path identity,
        @Setting("The edges that this site knows by their keys, by name. With any of them, carriers of tunnels must be sealed "
                        + "by one.")
                Map<String, SenderSettings> senders,
        @Setting("Who vouches for callers, by name; routes name those that they ask.")
                Map<String, IdentityProviderSettings> identityProviders,
        @Setting("Where connections arrive, by name.") Map<String, EntryPointSettings> entryPoints,
        @Setting("From entry points to protocols; the first match wins.") List<RouteSettings> routes,
        @Setting("Ports of this machine alone that lead to services of sites, by name; each is short for an entry point and an open route.")
                Map<String, ForwardSettings> forwards,
        @Setting("Named places that sessions can be connected to, by name.")
                Map<String, DestinationSettings> destinations,
        @Setting("How sessions in tunnels behave.") @Nullable TunnelSettings tunnel,
        @Setting("The embedded relay.") @Nullable RelaySettings relay,
        @Setting("The admin port.") @Nullable AdminSettings admin,
        @Setting("Readiness for load balancers.") AdminSettings.@Nullable Health health,
        @Setting("The log.") @Nullable LogSettings log,
        @Setting("The audit in a file of its own; if left out, its records are lines of the log.") @Nullable AuditSettings audit,
        @Setting(value = "The folder of plugin jars; if left out, the distribution's.", example = "/opt/relaygate/plugins")
                @Nullable Path plugins,
        @Setting(value = "Whether a jar that comes, changes or goes in that folder is taken up by itself, as by a reload; without it, "
                        + "`relaygate plugins reload` does it.", byDefault = "true")
                boolean watchPlugins,
        @Setting(value = "Which jars of that folder may be loaded: all (`off`), those whose content the file `plugins.lock` in it names "
                        + "(`lock`), or those that one of `pluginPublishers` has signed (`signed`).", byDefault = "off")
                PluginTrusting pluginTrust,
        @Setting(value = "The public keys of those who sign plugins, by name, as `relaygate identity` prints them.")
                Map<String, Pin> pluginPublishers,
        @Setting(value = "How long sessions may go on after a request to stop.", byDefault = "30s", min = "0s")
                Duration drainTime,
        @Setting(value = "Files of secrets and private keys that every account of the machine can read, and plugins that every "
                        + "account can write: `refuse`, or `allow` where no rights can be set, such as on some volumes of containers.",
                        byDefault = "refuse")
                InsecureFiles insecureFiles) {

    /** The same with other entry points and routes. */
    GatewaySettings with(Map<String, EntryPointSettings> otherEntryPoints, List<RouteSettings> otherRoutes) {
        return new GatewaySettings(
                site, stateDir, include, keyVault, namespaces, outboundProxy, siteDefaults, sites, identity, senders, identityProviders, otherEntryPoints, otherRoutes,
                forwards, destinations, tunnel, relay, admin, health, log, audit, plugins, watchPlugins, pluginTrust, pluginPublishers, drainTime,
                insecureFiles);
    }

    /** What a plugin needs to be loaded. */
    public enum PluginTrusting {
        /** Nothing: who can write the folder is trusted. */
        OFF,
        /** A line in the lock file. */
        LOCK,
        /** The signature of a publisher. */
        SIGNED
    }

    /** What is done about files that others can read, or write, and should not. */
    public enum InsecureFiles {
        /** They are problems of the configuration. */
        REFUSE,
        /** They are used. */
        ALLOW
    }
}
