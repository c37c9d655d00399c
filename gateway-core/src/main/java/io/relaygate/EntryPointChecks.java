package io.relaygate;

import io.relaygate.access.LimitSettings;
import io.relaygate.access.SourceSettings;
import io.relaygate.access.Sources;
import io.relaygate.config.Problems;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.entrypoint.PortEntryPoint;
import io.relaygate.entrypoint.TlsSettings;
import io.relaygate.net.Address;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.HostPort;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every entry point is one thing, and no two of them, nor another port of the gateway, are the same. */
final class EntryPointChecks {

    /** What else has an address in the ready line, the admin API and addresses.json. */
    static final List<String> OTHERS = List.of("admin", "health", "relay");

    private static final Set<String> ANY = Set.of("0.0.0.0", "::");

    private final Draft draft;
    private final GatewaySettings settings;
    private final List<Listen> listens = new ArrayList<>();

    /** Where something listens, and whose setting that is. */
    private record Listen(Address address, Record owner) {}

    EntryPointChecks(Draft draft) {
        this.draft = draft;
        this.settings = draft.settings();
    }

    void run() {
        Map<String, EntryPointSettings> hubs = new HashMap<>();
        for (String name : OTHERS) {
            if (settings.entryPoints().containsKey(name)) {
                draft.wrong(settings, "entryPoints", settings.entryPoints(), name, Problems.quote(name)
                        + " is the name of another address of this gateway; choose another name");
            }
        }
        for (EntryPointSettings entryPoint : settings.entryPoints().values()) {
            check(entryPoint);
            if (entryPoint.listen() != null) {
                listens(entryPoint, entryPoint.listen());
            }
            alone(entryPoint, hubs);
        }
        if (settings.relay() != null) {
            listens(settings.relay(), settings.relay().listen());
        }
        if (settings.admin() != null) {
            HostPort listen = settings.admin().listen();
            if (listen != null && !Draft.isLoopback(listen)) {
                draft.wrong(settings.admin(), "listen", "must be on this machine alone, 127.0.0.1, [::1] or localhost, found "
                        + Problems.quote(listen.toString()));
            }
            listens(settings.admin(), listen);
        }
        if (settings.health() != null) {
            listens(settings.health(), settings.health().listen());
        }
    }

    private void listens(Record owner, @Nullable HostPort address) {
        if (address != null) {
            listens(owner, new Address.Tcp(address));
        }
    }

    private void check(EntryPointSettings entryPoint) {
        boolean port = draft.gives(entryPoint, "listen");
        boolean hub = draft.gives(entryPoint, "hybridConnection");
        boolean namespaces = draft.gives(entryPoint, "namespaces");
        if (port && (hub || namespaces)) {
            draft.wrong(entryPoint, hub ? "hybridConnection" : "namespaces",
                    "an entry point has either `listen:`, or `namespaces:` and `hybridConnection:`");
            return;
        }
        if (port) {
            for (String component : new String[] {"service", "controlChannels", "mode", "wire", "maxRequests"}) {
                if (draft.gives(entryPoint, component)) {
                    draft.wrong(entryPoint, component, "is for entry points with `hybridConnection:` only");
                }
            }
            files(entryPoint);
        } else if (!hub && !namespaces) {
            draft.wrong(entryPoint, "needs `listen:`, or `namespaces:` and `hybridConnection:`");
        } else {
            hub(entryPoint, hub, namespaces);
        }
    }

    /** What a port's settings name is read as it will be when the port is opened. */
    private void files(EntryPointSettings entryPoint) {
        SourceSettings sources = entryPoint.sources();
        if (sources != null && !draft.isWrong(entryPoint, "sources")) {
            read(entryPoint, "sources", () -> Sources.read(sources));
        }
        TlsSettings tls = entryPoint.tls();
        if (tls != null && tls.certificates().isEmpty()) {
            if (!draft.isWrong(tls, "certificates")) {
                draft.wrong(tls, "certificates", "needs one at least");
            }
        } else if (tls != null && !draft.isWrong(entryPoint, "tls")) {
            read(entryPoint, "tls", () -> PortEntryPoint.checkTls(tls));
        }
    }

    /** What reads files. */
    private interface Reading {
        void read() throws IOException;
    }

    private void read(EntryPointSettings entryPoint, String component, Reading reading) {
        try {
            reading.read();
        } catch (IOException e) {
            draft.wrong(entryPoint, component, String.valueOf(e.getMessage()));
        }
    }

    private void hub(EntryPointSettings entryPoint, boolean hub, boolean namespaces) {
        for (String component : new String[] {"proxyProtocol", "sources", "tls"}) {
            if (draft.gives(entryPoint, component)) {
                draft.wrong(entryPoint, component, "is for entry points with `listen:` only");
            }
        }
        if (entryPoint.limits() != null) {
            sources(entryPoint.limits());
        }
        if (!hub) {
            draft.wrong(entryPoint, "hybridConnection", "is missing");
        }
        if (!namespaces) {
            draft.wrong(entryPoint, "namespaces", "is missing; on which namespaces to listen");
        }
        String path = entryPoint.hybridConnection();
        String trouble = path == null ? null : RelayChecks.hybridConnectionTrouble(path);
        if (trouble != null) {
            draft.wrong(entryPoint, "hybridConnection", trouble);
        }
        if (entryPoint.wire() == Wire.AZBRIDGE && entryPoint.mode() == Mode.TUNNEL) {
            draft.wrong(entryPoint, "wire", "azbridge knows no tunnel; give the entry point `mode: plain` too");
        }
        draft.namespaces(entryPoint, entryPoint.namespaces(), trouble == null ? path : null);
    }

    private void sources(LimitSettings limits) {
        for (String component : new String[] {"sessionsPerSource", "newPerSecondPerSource", "bytesPerSecondPerSource", "lockout"}) {
            if (draft.gives(limits, component)) {
                draft.wrong(limits, component, "is for entry points with `listen:` only; over a relay an edge is bound by `limits:` "
                        + "of its `senders:`");
            }
        }
    }

    private void listens(Record owner, Address address) {
        for (Listen other : listens) {
            if (clash(other.address, address)) {
                draft.wrong(owner, "listen", "the same address as " + draft.origins().path(other.owner) + " at "
                        + draft.origins().of(other.owner, "listen"));
                return;
            }
        }
        listens.add(new Listen(address, owner));
    }

    private static boolean clash(Address one, Address two) {
        if (one instanceof Address.Tcp(HostPort a) && two instanceof Address.Tcp(HostPort b)) {
            boolean sameHost = a.host().equals(b.host()) || ANY.contains(a.host()) || ANY.contains(b.host());
            return a.port() != 0 && a.port() == b.port() && sameHost;
        }
        return one.equals(two);
    }

    private void alone(EntryPointSettings entryPoint, Map<String, EntryPointSettings> hubs) {
        @Nullable String path = entryPoint.hybridConnection();
        if (path == null) {
            return;
        }
        for (String namespace : Set.copyOf(entryPoint.namespaces())) {
            EntryPointSettings other = hubs.putIfAbsent(namespace + " " + path, entryPoint);
            if (other != null) {
                draft.wrong(entryPoint, "hybridConnection", draft.origins().path(other) + " at " + draft.origins().of(other)
                        + " listens on " + Problems.quote(path) + " in namespace " + Problems.quote(namespace) + " already");
                return;
            }
        }
    }
}
