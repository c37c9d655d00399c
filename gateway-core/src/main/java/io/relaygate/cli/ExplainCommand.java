package io.relaygate.cli;

import io.relaygate.Explanation;
import io.relaygate.GatewayConfig;
import io.relaygate.Passage;
import io.relaygate.Plugins;
import io.relaygate.Preview;
import io.relaygate.config.ConfigException;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
            "who may use them. With the site's configuration it goes on there, as the edge whose key the edge's configuration",
            "names. Limits of sessions are left out,",
            "since they depend on who else is there, and so are sites and destinations that are down.",
            "Exits with 0 if the client gets through, with 1 if it is refused."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate explain -c edge.yaml --entry-point sql --from 203.0.113.9 --sni orders.oslo.sql.contoso.com",
            "  relaygate explain -c edge.yaml --site-config site.yaml --entry-point web --from 203.0.113.9 --caller alice",
            "  relaygate explain -c edge.yaml --entry-point web --from 203.0.113.9 --request 'GET https://shop.contoso.com/api'",
            "  relaygate explain -c site.yaml --entry-point hub --from 203.0.113.9 --as-request --request 'GET https://contoso.servicebus.windows.net/shop'",
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

    @Option(names = "--alpn", paramLabel = "NAME", description = "An application protocol that its TLS offers, such as h2; may be repeated.")
    private List<String> alpn = new ArrayList<>();

    @Option(names = "--at", paramLabel = "TIME", description = "When it comes, such as 2027-01-31T08:00:00Z or "
            + "2027-01-31T09:00:00+01:00; now, if left out.")
    private @Nullable String at;

    @Option(names = "--caller", paramLabel = "NAME", description = "A name in its certificate, or the one that it has for an identity "
            + "provider of the route, or with --sender the caller whom that names.")
    private @Nullable String caller;

    @Option(names = "--group", paramLabel = "NAME", description = "A group that the identity provider, or the sender, puts the caller "
            + "into; may be repeated.")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--sender", paramLabel = "NAME", description = "The edge that has proven who it is, at an entry point behind a relay.")
    private @Nullable String sender;

    @Option(names = "--service", paramLabel = "NAME", description = "The service that is asked for, at an entry point behind a relay.")
    private @Nullable String service;

    @Option(
            names = "--asked",
            paramLabel = "HOST:PORT",
            description = "A host that the client names, as ssh -L does; a name is looked up.")
    private @Nullable String asked;

    @Option(
            names = {"--request", "--http"},
            paramLabel = "LINE",
            description = "What it asks once it is connected, in words of the route's protocol, such as 'GET https://shop.contoso.com/'; "
                    + "repeated, more lines of it, such as 'X-Beta: 1'.")
    private List<String> request = new ArrayList<>();

    @Option(
            names = "--as-request",
            description = "It is an HTTP request to the hybrid connection of the entry point, which the relay hands over, and no connection; "
                    + "what it asks says --request.")
    private boolean asRequest;

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

    /** What is asked of a configuration. */
    @FunctionalInterface
    private interface Asking {
        Explanation of(GatewayConfig loaded) throws Failure, IOException;
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
        Explanation.Question question = question();
        Told here = tell(file, loaded -> Explanation.of(loaded, question));
        DestinationName to = here.explanation().to();
        boolean passes = here.passes();
        if (passes && to != null && to.site() != null) {
            if (siteConfig == null) {
                terminal.out().println("what the site makes of it says --site-config FILE");
            } else {
                InetAddress edgeAddress = address("--edge", edge);
                Passage passage = new Passage(here.config(), question, to, here.explanation().caller());
                passes = tell(terminal.resolve(siteConfig), loaded -> passage.into(loaded, edgeAddress)).passes();
            }
        }
        return passes ? Exit.OK : Exit.FAILED;
    }

    /** At an entry point behind a relay it is a sender who tells of the client. */
    private Explanation.Question question() throws Failure {
        InetAddress address = address("--from", from);
        if (asRequest && (sender != null || service != null || serverName != null || !alpn.isEmpty())) {
            throw new Failure(Exit.USAGE, "--as-request excludes --sender, --service, --sni and --alpn: nobody tells of such a request,"
                    + " and its service is the entry point's");
        }
        Caller login = caller == null ? null : new Caller(caller, "identity provider", Set.copyOf(groups));
        if (sender == null) {
            return new Explanation.Question(entryPoint, address, serverName, service, asRequest ? null : caller, null, host(), login, alpn, time(), request, asRequest);
        }
        Caller told = caller == null ? Caller.ANONYMOUS : new Caller(caller, "asserted", Set.copyOf(groups));
        return new Explanation.Question(
                entryPoint,
                address("--edge", edge),
                serverName,
                service,
                null,
                new Explanation.Told(sender, told, address),
                host(),
                login,
                alpn,
                time(),
                request,
                false);
    }

    private @Nullable Instant time() throws Failure {
        try {
            return at == null ? null : OffsetDateTime.parse(at).toInstant();
        } catch (DateTimeParseException e) {
            throw new Failure(Exit.USAGE, "--at is a time such as 2027-01-31T08:00:00Z, not '" + at + "'");
        }
    }

    private @Nullable HostPort host() throws Failure {
        try {
            return asked == null ? null : HostPort.parse(asked);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, "--asked: " + e.getMessage());
        }
    }

    private static @Nullable InetAddress address(String option, @Nullable String text) throws Failure {
        try {
            return text == null ? null : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, option + " is an address such as 203.0.113.9, not '" + text + "'");
        }
    }

    private Told tell(Path file, Asking asking) throws Failure, IOException, ConfigException {
        Preview preview = Preview.of(file);
        try (Scratch scratch = Scratch.make();
                Plugins plugins = Plugins.load(terminal.plugins(file, preview), preview, scratch.path(), Version.text())) {
            GatewayConfig loaded = GatewayConfig.load(file, plugins.protocols(), plugins.dialers());
            Told told = new Told(loaded, asking.of(loaded));
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
