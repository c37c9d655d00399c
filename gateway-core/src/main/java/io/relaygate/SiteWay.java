package io.relaygate;

import io.relaygate.azure.KeyVaults;
import io.relaygate.config.Binder;
import io.relaygate.config.Bound;
import io.relaygate.config.ConfigException;
import io.relaygate.config.PrivateFiles;
import io.relaygate.config.Problems;
import io.relaygate.config.SecretStore;
import io.relaygate.destination.SiteSettings;
import io.relaygate.net.Pin;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Wire;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.TunnelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One service of a site, and what it is reached by.
 *
 * @param site the site's name; without a configuration, its hybrid connection
 * @param service the service's name
 * @param settings the site, with its defaults filled in; nothing in it is null
 * @param namespaces the namespaces that it is reached over, by name
 * @param tunnel how lanes behave
 * @param keyFile the key by which the site's gateways know this one, or null if it needs none
 * @param out how the namespaces are reached
 * @param stateDir where is kept that somebody has signed in; need not be there
 */
public record SiteWay(
        String site,
        String service,
        SiteSettings settings,
        Map<String, NamespaceSettings> namespaces,
        TunnelSettings tunnel,
        @Nullable Path keyFile,
        WayOut out,
        Path stateDir) {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    /**
     * Finds a service in a configuration, of which routes, entry points and plugins do not matter.
     *
     * @throws ConfigException with everything that is wrong with its sites, its namespaces and this gateway's key
     * @throws IllegalArgumentException if it has no such service, or none that another process can reach; the message says why
     */
    public static SiteWay in(Path file, String site, String service) throws ConfigException {
        try (Threads threads = new Threads(0)) {
            SecretStore store = Preview.of(file).secrets(new KeyVaults(System.getenv(), threads));
            Problems problems = new Problems();
            Bound<GatewaySettings> bound = Binder.read(file, GatewaySettings.class, problems, store);
            if (bound == null) {
                throw new ConfigException(problems.all());
            }
            Draft draft = new Draft(bound.value(), bound.origins(), problems);
            Path stateDir = GatewayConfig.stateDir(file, draft.settings());
            Map<String, SiteSettings> sites = checked(draft, stateDir);
            if (!problems.none()) {
                throw new ConfigException(problems.all());
            }
            return of(draft.settings(), stateDir, sites, site, service);
        }
    }

    private static Map<String, SiteSettings> checked(Draft draft, Path stateDir) {
        new NameChecks(draft).run();
        Map<String, SiteSettings> sites = new SiteChecks(draft).run();
        new OutboundChecks(draft).run(System.getenv());
        new NamespaceChecks(draft).run(sites.values());
        new TrustChecks(draft, sites).run(stateDir);
        if (draft.refusesInsecureFiles()) {
            PrivateFiles.check(draft.settings(), draft.origins(), draft.problems());
        }
        return sites;
    }

    private static SiteWay of(GatewaySettings settings, Path stateDir, Map<String, SiteSettings> sites, String site, String service) {
        SiteSettings found = sites.get(site);
        if (found == null) {
            throw new IllegalArgumentException(sites.isEmpty()
                    ? "the configuration has no `sites:`"
                    : "the configuration has " + Draft.unknown("site", site, sites.keySet()));
        }
        if (!found.services().contains(service)) {
            throw new IllegalArgumentException("site " + Problems.quote(site) + " offers "
                    + Draft.unknown("service", service, new TreeSet<>(found.services())));
        }
        Map<String, NamespaceSettings> over = new LinkedHashMap<>();
        for (String name : found.namespaces()) {
            NamespaceSettings namespace = settings.namespaces().get(name);
            if (namespace != null) {
                over.put(name, namespace);
            }
        }
        if (over.isEmpty()) {
            throw new IllegalArgumentException("site " + Problems.quote(site) + " is reached over the relay in the gateway's own process; for"
                    + " another process give it a namespace with the relay's address");
        }
        return new SiteWay(
                site,
                service,
                new SiteSettings(
                        List.copyOf(over.keySet()), found.hybridConnection(), found.services(), found.mode(), found.wire(), found.connectTimeout(), found.pins()),
                over,
                settings.tunnel() == null ? TunnelSettings.USUAL : settings.tunnel(),
                found.isSealed() ? GatewayConfig.keyFile(settings, stateDir) : null,
                WayOut.of(settings.outboundProxy(), System.getenv()),
                stateDir);
    }

    /**
     * A service that is reached without a configuration; the environment says whether by a proxy.
     *
     * @param pins the keys of the site's gateways; with any of them carriers are sealed
     * @param keyFile the key of this one, which that needs
     * @param stateDir where is kept that somebody has signed in
     * @throws IllegalArgumentException if the namespace's settings, the path or what the environment says are wrong
     */
    public static SiteWay without(
            NamespaceSettings namespace, String hybridConnection, String service, Mode mode, Wire wire, List<Pin> pins, @Nullable Path keyFile, Path stateDir) {
        String trouble = RelayChecks.hybridConnectionTrouble(hybridConnection);
        if (trouble == null) {
            trouble = Draft.nameTrouble(service);
        }
        if (trouble != null) {
            throw new IllegalArgumentException(trouble);
        }
        AzureRelay.check(namespace);
        String only = AzureRelay.onlyFor(namespace);
        if (only != null && !only.equalsIgnoreCase(hybridConnection)) {
            throw new IllegalArgumentException("the connection string is for hybrid connection " + Problems.quote(only) + " alone, not for "
                    + Problems.quote(hybridConnection));
        }
        String name = AzureRelay.host(namespace);
        return new SiteWay(
                hybridConnection,
                service,
                new SiteSettings(List.of(name), hybridConnection, List.of(service), mode, wire, CONNECT_TIMEOUT, pins),
                Map.of(name, namespace),
                TunnelSettings.USUAL,
                keyFile,
                WayOut.of(null, System.getenv()),
                stateDir);
    }

    /** The same over one lane, for one session. */
    public SiteWay narrow() {
        return new SiteWay(
                site, service, settings, namespaces,
                new TunnelSettings(1, tunnel.hold(), tunnel.silence(), tunnel.retention(), tunnel.replaceAfter()), keyFile, out, stateDir);
    }
}
