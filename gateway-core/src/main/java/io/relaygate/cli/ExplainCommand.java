package io.relaygate.cli;

import io.relaygate.Explanation;
import io.relaygate.GatewayConfig;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import io.relaygate.destination.SiteSettings;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate explain}: says what would become of a client, and why. */
@Command(
        name = "explain",
        header = "Say which route a client would take, or what would refuse it.",
        description = {
            "Asks the configuration as the gateway would, without a connection: entry point, certificate, routes,",
            "who may use them. With the site's configuration it goes on there. Limits of sessions are left out,",
            "since they depend on who else is there, and so are sites and destinations that are down.",
            "Exits with 0 if the client gets through, with 1 if it is refused."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate explain -c edge.yaml --entry-point sql --from 203.0.113.9 --sni orders.oslo.sql.contoso.com",
            "  relaygate explain -c edge.yaml --site-config site.yaml --entry-point web --from 203.0.113.9 --caller alice",
        })
final class ExplainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--entry-point", paramLabel = "NAME", required = true, description = "Where the client connects.")
    private String entryPoint = "";

    @Option(names = "--from", paramLabel = "ADDRESS", description = "The client's address; without it, that of a Unix socket.")
    private @Nullable String from;

    @Option(names = "--sni", paramLabel = "NAME", description = "The server name that its TLS asks for.")
    private @Nullable String serverName;

    @Option(names = "--caller", paramLabel = "NAME", description = "A name in its certificate.")
    private @Nullable String caller;

    @Option(names = "--service", paramLabel = "NAME", description = "The service that is asked for, at an entry point behind a relay.")
    private @Nullable String service;

    @Option(
            names = "--edge",
            paramLabel = "ADDRESS",
            description = "The address of the edge, as the relay tells it to the site.")
    private @Nullable String edge;

    @Option(names = "--site-config", paramLabel = "FILE", description = "The configuration of the site that it goes to.")
    private @Nullable Path siteConfig;

    ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A client of a configuration. */
    @FunctionalInterface
    private interface Asking {
        Explanation.Question of(GatewayConfig loaded) throws Failure;
    }

    /** What a configuration makes of a client. */
    private record Told(GatewayConfig config, Explanation explanation) {

        boolean passes() {
            return explanation.refusal() == null;
        }
    }

    @Override
    public Integer call() throws Failure, IOException, ConfigException {
        Path file = config.find(terminal);
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.ERROR), terminal.err(), true);
        InetAddress address = address("--from", from);
        Told here = tell(file, _ -> new Explanation.Question(entryPoint, address, serverName, service, caller));
        DestinationName to = here.explanation().to();
        boolean passes = here.passes();
        if (passes && to != null && to.site() != null) {
            if (siteConfig == null) {
                terminal.out().println("what the site makes of it says --site-config FILE");
            } else {
                passes = passesAtSite(terminal.resolve(siteConfig), here.config().sites().get(to.site()), to.name());
            }
        }
        return passes ? Exit.OK : Exit.FAILED;
    }

    /** An edge says nothing of the client that a site could believe; and where the edge is, the relay says. */
    private boolean passesAtSite(Path file, @Nullable SiteSettings site, String asked)
            throws Failure, IOException, ConfigException {
        String hybridConnection = site == null ? null : site.hybridConnection();
        InetAddress sender = address("--edge", edge);
        return tell(file, loaded -> new Explanation.Question(hub(file, loaded, hybridConnection), sender, null, asked, null))
                .passes();
    }

    private static String hub(Path file, GatewayConfig loaded, @Nullable String hybridConnection) throws Failure {
        for (Map.Entry<String, EntryPointSettings> each : loaded.settings().entryPoints().entrySet()) {
            if (hybridConnection != null && hybridConnection.equals(each.getValue().hybridConnection())) {
                return each.getKey();
            }
        }
        throw new Failure(Exit.FAILED, file + ": no entry point listens on hybrid connection " + hybridConnection);
    }

    private static @Nullable InetAddress address(String option, @Nullable String text) throws Failure {
        try {
            return text == null ? null : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, option + " is an address such as 203.0.113.9, not '" + text + "'");
        }
    }

    private Told tell(Path file, Asking asking) throws Failure, IOException, ConfigException {
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(terminal.plugins(Preview.of(file)), scratch.path(), Version.text())) {
            GatewayConfig loaded = GatewayConfig.load(file, plugins.protocols());
            Told told = new Told(loaded, Explanation.of(loaded, asking.of(loaded)));
            print(file, told.explanation());
            return told;
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, file + ": " + e.getMessage());
        }
    }

    private void print(Path file, Explanation explanation) {
        terminal.out().println(file + ":");
        explanation.steps().forEach(step -> terminal.out().println("  " + step));
        RefusedException refusal = explanation.refusal();
        if (refusal != null) {
            terminal.out().println("  REFUSED, " + refusal.reason() + ": " + refusal.getMessage());
            terminal.out().println("  decided by " + explanation.change());
        }
    }
}
