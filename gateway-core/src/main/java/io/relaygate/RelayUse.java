package io.relaygate;

import io.relaygate.relay.AzureRelay;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.tunnel.Mode;
import io.relaygate.tunnel.TunnelSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What a gateway with some configuration holds at its relays all the time, and what Azure allows and bills. The embedded
 * relay of the same process is not counted.
 *
 * @param hybridConnections what it listens on
 * @param namespaces where it dials
 */
public record RelayUse(List<Listening> hybridConnections, List<Dialling> namespaces) {

    /** Control channels that Azure Relay takes on one hybrid connection, those of all gateways together. */
    public static final int MOST_LISTENERS = 25;

    /** Connections that it takes in one namespace. */
    public static final int MOST_CONNECTIONS = 5000;

    /**
     * A hybrid connection that is listened on.
     *
     * @param name namespace and path
     * @param azure whether it is Azure's
     * @param controlChannels how many control channels are kept there; each is one listener
     */
    public record Listening(String name, boolean azure, int controlChannels) {}

    /**
     * A namespace that sites are reached over.
     *
     * @param namespace its name
     * @param azure whether it is Azure's
     * @param sites how many sites in tunnel mode are reached over it
     * @param carriers how many carriers there may be, if no other namespace carries any; each is two connections
     */
    public record Dialling(String namespace, boolean azure, int sites, int carriers) {}

    /** Where something is, whatever its namespace is called. */
    private record Place(String host, String path) {}

    /** The use that a configuration makes of its relays; opens no connection. */
    public static RelayUse of(GatewayConfig config) {
        Map<String, NamespaceSettings> namespaces = config.settings().namespaces();
        Map<Place, Listening> listening = new LinkedHashMap<>();
        config.settings().entryPoints().values().forEach(entryPoint -> {
            String path = entryPoint.hybridConnection();
            over(entryPoint.namespaces(), namespaces, (name, host) -> listening.merge(
                    new Place(host, String.valueOf(path)),
                    new Listening(name + "/" + path, isAzure(host), entryPoint.controlChannels()),
                    (a, b) -> new Listening(a.name(), a.azure(), a.controlChannels() + b.controlChannels())));
        });
        TunnelSettings tunnel = config.settings().tunnel();
        int lanes = (tunnel == null ? TunnelSettings.USUAL : tunnel).lanes();
        Map<Place, Dialling> dialling = new LinkedHashMap<>();
        config.sites().values().stream()
                .filter(site -> site.mode() == Mode.TUNNEL)
                .forEach(site -> over(site.namespaces(), namespaces, (name, host) -> dialling.merge(
                        new Place(host, ""),
                        new Dialling(name, isAzure(host), 1, lanes),
                        (a, b) -> new Dialling(
                                a.namespace(), a.azure(), a.sites() + b.sites(), a.carriers() + b.carriers()))));
        return new RelayUse(List.copyOf(listening.values()), List.copyOf(dialling.values()));
    }

    /** The names of namespaces that are reached over the wire, with their hosts. */
    private static void over(
            List<String> names, Map<String, NamespaceSettings> namespaces, BiConsumer<String, String> use) {
        for (String name : names) {
            NamespaceSettings settings = namespaces.get(name);
            if (settings != null) {
                use.accept(name, AzureRelay.host(settings));
            }
        }
    }

    private static boolean isAzure(String host) {
        return host.endsWith(".servicebus.windows.net");
    }
}
