package io.relaygate.cli;

import io.relaygate.Forwarder;
import io.relaygate.SiteWay;
import io.relaygate.config.ConfigException;
import io.relaygate.net.Address;
import io.relaygate.net.Pin;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.Wire;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate connect}: one service of a site, at a port of this machine or at standard input and output. */
@Command(
        name = "connect",
        header = "Reach one service of a site from this machine.",
        description = {
            "Listen on a loopback port whose sessions go to the service, until SIGINT or SIGTERM; or, with --stdio, connect",
            "standard input and output to it once, as for ssh's ProxyCommand, and end when both directions have ended.",
            "",
            "The namespaces and sites of a configuration say how the site is reached; nothing else of it matters. Without a",
            "configuration, SITE is the hybrid connection, and a connection string with the right to send says the rest, or",
            "--endpoint and who signs in."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate connect oslo/sql --listen 127.0.0.1:1433",
            "  ssh -o ProxyCommand='relaygate connect oslo/ssh --stdio' admin@jump",
            "  relaygate connect site-oslo/sql --connection-string-env RELAY_SEND",
            "  relaygate connect site-oslo/sql --endpoint sb://contoso.servicebus.windows.net/ --device-code --tenant contoso.com",
        })
final class ConnectCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Parameters(paramLabel = "SITE/SERVICE", description = "The site's name, or its hybrid connection, and the name of the service there.")
    private String service = "";

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "Where to listen: a loopback address with a port, or unix:/PATH. Default: 127.0.0.1 and a free port.")
    private @Nullable String listen;

    @Option(names = "--stdio", description = "Connect standard input and output, once.")
    private boolean stdio;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Mixin
    private final ConnectionStringOptions connectionString = new ConnectionStringOptions();

    @Mixin
    private final PersonOptions person = new PersonOptions();

    @Option(
            names = "--ca-file",
            paramLabel = "FILE",
            description = "Without a configuration: certificates of the authorities to trust for this relay, PEM.")
    private @Nullable Path caFile;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "Without a configuration: tunnel or plain, as the site has it. Default: tunnel.")
    private @Nullable Mode mode;

    @Option(
            names = "--wire",
            paramLabel = "WIRE",
            description = "Without a configuration: relaygate, or azbridge where azbridge listens, or a site with `wire: azbridge`; that is plain "
                    + "mode. Default: relaygate.")
    private @Nullable Wire wire;

    @Option(
            names = "--pin",
            paramLabel = "KEY",
            description = "Without a configuration: the public key of the site's gateway, as `relaygate identity` prints it; "
                    + "may be given several times. The relay cannot read sealed sessions. Needs --identity.")
    private List<String> pins = List.of();

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description = "Without a configuration: the key by which the site knows this side; `relaygate identity --key FILE` makes it.")
    private @Nullable Path identity;

    ConnectCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        if (stdio && listen != null) {
            throw new Failure(Exit.USAGE, "--stdio and --listen exclude each other");
        }
        // What a failure says is told once, by the command itself.
        log(stdio ? LogSettings.Level.ERROR : LogSettings.Level.INFO);
        SiteWay way = way();
        new People(terminal, way.stateDir(), way.out()).signIn(way.namespaces());
        if (stdio) {
            return new StandardStreams(terminal, () -> log(LogSettings.Level.WARN)).run(way.narrow());
        }
        return listen(way);
    }

    private void log(LogSettings.Level level) {
        LogSettings.Format format = stdio ? LogSettings.Format.TEXT : LogSettings.Format.AUTO;
        Logging.configure(new LogSettings(format, level), terminal.err(), terminal.attended());
    }

    private SiteWay way() throws Failure, ConfigException {
        int slash = service.lastIndexOf('/');
        if (slash <= 0 || slash == service.length() - 1) {
            throw new Failure(Exit.USAGE, "expected SITE/SERVICE, found '" + service + "'");
        }
        String site = service.substring(0, slash);
        String name = service.substring(slash + 1);
        if (connectionString.given() || person.given()) {
            return without(site, name);
        }
        if (caFile != null || mode != null || wire != null || !pins.isEmpty() || identity != null) {
            throw new Failure(Exit.USAGE, "--ca-file, --mode, --wire, --pin and --identity are beside a connection string or --endpoint; a configuration says these itself");
        }
        Path file = config.search(terminal).orElseThrow(() -> new Failure(Exit.CONFIGURATION, "no configuration and no connection string: give -c FILE, "
                + "--connection-string-file FILE or --connection-string-env NAME, or --endpoint URL, or set " + ConfigOption.VARIABLE));
        try {
            return SiteWay.in(file, site, name);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, file + ": " + e.getMessage());
        }
    }

    private SiteWay without(String hybridConnection, String name) throws Failure {
        if (config.given()) {
            throw new Failure(Exit.USAGE, "-c excludes --connection-string-file, --connection-string-env and --endpoint");
        }
        if (connectionString.given() && person.given()) {
            throw new Failure(Exit.USAGE, "a connection string excludes --endpoint and who signs in");
        }
        if (pins.isEmpty() != (identity == null)) {
            throw new Failure(Exit.USAGE, "--pin and --identity need each other");
        }
        if (wire == Wire.AZBRIDGE && (mode == Mode.TUNNEL || !pins.isEmpty())) {
            throw new Failure(Exit.USAGE, "--wire azbridge excludes --mode tunnel and --pin: azbridge knows no tunnel");
        }
        Path trusted = caFile == null ? null : terminal.resolve(caFile);
        NamespaceSettings namespace = person.given() ? person.namespace(trusted) : NamespaceSettings.of(connectionString.secret(terminal), trusted);
        try {
            return SiteWay.without(
                    namespace,
                    hybridConnection,
                    name,
                    wire == Wire.AZBRIDGE ? Mode.PLAIN : mode == null ? Mode.TUNNEL : mode,
                    wire == null ? Wire.RELAYGATE : wire,
                    pins.stream().map(Pin::parse).toList(),
                    identity == null ? null : terminal.resolve(identity),
                    person.stateDir(terminal));
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private int listen(SiteWay way) throws Failure, IOException {
        Address address = address();
        terminal.signals().claim();
        try (Forwarder forwarder = new Forwarder(way)) {
            String bound = forwarder.listen(address);
            terminal.out().println("relaygate is ready: " + service + " at " + bound);
            terminal.out().flush();
            return new UntilStopped(terminal).drained(forwarder::drain);
        }
    }

    private Address address() throws Failure {
        try {
            Address address = Address.parse(listen == null ? "127.0.0.1:0" : listen);
            Forwarder.requireOwn(address);
            return address;
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, "--listen: " + e.getMessage());
        }
    }
}
