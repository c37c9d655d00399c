package io.relaygate.cli;

import io.relaygate.GatewaySettings;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate relay}: the embedded relay alone. */
@Command(
        name = "relay",
        header = "Run the embedded relay alone.",
        description = {
            "It serves RelayGate and every other client of Azure Relay Hybrid Connections.",
            "With a configuration that has a `relay:`, or, with the options below and no file at all, as a relay for",
            "development on this machine, which makes its keys and its certificate and prints the connection strings."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate relay -c relay.yaml",
            "  relaygate relay --hybrid-connection demo",
            "  relaygate relay --listen 127.0.0.1:9443 --hybrid-connection orders --hybrid-connection crm",
            "  relaygate relay probe --help       ask a relay, Azure's or another, what it does",
        })
final class RelayCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "Where a development relay listens; a loopback address, port 0 for a free one. "
                    + "Default: 127.0.0.1:9443.")
    private @Nullable String listen;

    @Option(
            names = "--hybrid-connection",
            paramLabel = "PATH",
            description = "A hybrid connection of a development relay; may be given several times.")
    private List<String> hybridConnections = List.of();

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Where a development relay keeps its keys and its certificate. Default: ./relaygate-relay.")
    private @Nullable Path stateDir;

    RelayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        boolean development = listen != null || !hybridConnections.isEmpty() || stateDir != null;
        if (development && config.given()) {
            throw new Failure(Exit.USAGE, "-c excludes --listen, --hybrid-connection and --state-dir");
        }
        return development ? development() : configured(config.find(terminal));
    }

    private int configured(Path file) throws Failure, IOException, ConfigException {
        GatewaySettings settings = Preview.of(file).settings();
        if (settings != null && settings.relay() == null) {
            throw new Failure(Exit.CONFIGURATION, file + " has no `relay:`");
        }
        if (settings != null && !(settings.entryPoints().isEmpty() && settings.sites().isEmpty())) {
            throw new Failure(
                    Exit.CONFIGURATION, file + " has more than a relay; start it with `relaygate run -c " + file + "`");
        }
        return new Serving(terminal).serve(file, addresses -> {});
    }

    private int development() throws Failure, IOException, ConfigException {
        HostPort address;
        try {
            address = HostPort.parse(listen == null ? "127.0.0.1:9443" : listen);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, "--listen: " + e.getMessage());
        }
        if (hybridConnections.isEmpty()) {
            throw new Failure(Exit.USAGE, "give at least one --hybrid-connection PATH");
        }
        Path folder = terminal.resolve(stateDir == null ? Path.of("relaygate-relay") : stateDir).toAbsolutePath();
        DevelopmentRelay relay = DevelopmentRelay.prepare(folder, address, hybridConnections);
        return new Serving(terminal).serve(relay.file(), addresses -> tell(relay, addresses));
    }

    private void tell(DevelopmentRelay relay, Map<String, String> addresses) {
        String address = String.valueOf(addresses.get("relay"));
        for (String path : hybridConnections) {
            terminal.out().println();
            terminal.out().println("hybrid connection " + path);
            terminal.out().println("  listen   " + relay.connectionString(address, DevelopmentRelay.LISTEN, path));
            terminal.out().println("  send     " + relay.connectionString(address, DevelopmentRelay.SEND, path));
        }
        terminal.out().println();
        terminal.out().println("Clients must trust " + relay.caFile() + ":");
        terminal.out().println("  RelayGate   caFile: " + relay.caFile());
        terminal.out().println("  Node.js     NODE_EXTRA_CA_CERTS=" + relay.caFile());
    }
}
