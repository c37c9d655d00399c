package io.relaygate.cli;

import io.relaygate.config.Durations;
import io.relaygate.relay.ConnectionString;
import io.relaygate.relay.SasToken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate token}: mints a shared access signature. */
@Command(
        name = "token",
        header = "Mint a SAS token, or explain one.",
        description = {
            "Without a further command, mint a token for a hybrid connection and print it.",
            "The key is read from a file, a variable or standard input, never from the command line."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate token --resource sb://contoso.servicebus.windows.net/site-oslo --key-name send --key-file send.key",
            "  relaygate token --connection-string-file send.cs --hybrid-connection site-oslo --ttl 10m",
            "  relaygate token explain < token.txt",
        })
final class TokenCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = "--resource", paramLabel = "URI", description = "What the token is for: sb://NAMESPACE/HYBRID-CONNECTION.")
    private @Nullable String resource;

    @Option(names = "--key-name", paramLabel = "NAME", description = "The name of the shared access key.")
    private @Nullable String keyName;

    @Mixin
    private final KeyOptions key = new KeyOptions();

    @Option(
            names = "--connection-string-file",
            paramLabel = "FILE",
            description = "A connection string as Azure prints it, in place of resource, key name and key; - reads standard input.")
    private @Nullable Path connectionStringFile;

    @Option(
            names = "--hybrid-connection",
            paramLabel = "PATH",
            description = "The hybrid connection, where the connection string has no EntityPath.")
    private @Nullable String hybridConnection;

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            defaultValue = "1h",
            description = "How long it is valid: 90s, 10m, 2h. Default: ${DEFAULT-VALUE}.")
    private String ttl = "1h";

    TokenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        Instant expires = Instant.now().plus(duration()).truncatedTo(ChronoUnit.SECONDS);
        try {
            SasToken token = connectionStringFile == null ? fromOptions(expires) : fromConnectionString(connectionStringFile, expires);
            terminal.out().println(token.text());
            return Exit.OK;
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
        }
    }

    private Duration duration() throws Failure {
        try {
            return Durations.parse(ttl);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.USAGE, "--ttl: " + e.getMessage());
        }
    }

    private SasToken fromOptions(Instant expires) throws Failure, IOException {
        if (resource == null || keyName == null) {
            throw new Failure(Exit.USAGE, "give --resource, --key-name and --key-file or --key-env, or --connection-string-file");
        }
        if (!resource.matches("(sb|https?|wss?)://[^/\\s]+(/\\S*)?")) {
            throw new Failure(Exit.USAGE, "--resource: expected sb://NAMESPACE/HYBRID-CONNECTION");
        }
        char[] secret = key.read(terminal);
        try {
            // Azure's own clients sign http whatever scheme they dial.
            return SasToken.mint(resource.replaceFirst("^[a-z]+://", "http://"), keyName, secret, expires);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private SasToken fromConnectionString(Path file, Instant expires) throws Failure, IOException {
        if (resource != null || keyName != null || key.given()) {
            throw new Failure(Exit.USAGE, "--connection-string-file excludes --resource, --key-name, --key-file and --key-env");
        }
        char[] text = KeyOptions.text(terminal, file);
        try (ConnectionString string = ConnectionString.parse(text)) {
            return mint(string, expires);
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private SasToken mint(ConnectionString string, Instant expires) throws Failure {
        if (string.keyName() == null || string.key() == null) {
            throw new Failure(Exit.FAILED, "the connection string has a ready-made token and no key to mint one with");
        }
        String path = hybridConnection == null ? string.entityPath() : hybridConnection;
        if (path == null) {
            throw new Failure(Exit.USAGE, "the connection string has no EntityPath: give --hybrid-connection PATH");
        }
        return SasToken.mint(SasToken.resource(string.endpoint().host(), path), string.keyName(), string.key(), expires);
    }
}
