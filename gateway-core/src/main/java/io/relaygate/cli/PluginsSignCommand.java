package io.relaygate.cli;

import io.relaygate.Plugins;
import io.relaygate.net.GatewayKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate plugins sign}: signs jars for those who trust the key. */
@Command(
        name = "sign",
        header = "Sign plugin jars: JAR.sig beside each.",
        description = {
            "Gateways with `pluginTrust: signed` load jars that one of their `pluginPublishers` has signed. `relaygate identity",
            "--key FILE` makes a key and prints its public half for them. The signature is Ed25519 over the whole jar, 64 bytes,",
            "as `openssl pkeyutl -sign -rawin` makes it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate plugins sign --key publisher.pem target/my-plugin-1.0.0.jar",
        })
final class PluginsSignCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = "--key", paramLabel = "FILE", required = true, description = "The publisher's key.")
    private @Nullable Path key;

    @Parameters(arity = "1..*", paramLabel = "JAR", description = "What to sign.")
    private List<Path> jars = List.of();

    PluginsSignCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        GatewayKey publisher = GatewayKey.read(terminal.resolve(Objects.requireNonNull(key)));
        for (Path jar : jars) {
            Path file = terminal.resolve(jar);
            Files.write(Plugins.signature(file), publisher.sign(Files.readAllBytes(file)));
            terminal.out().println("signed " + jar + " with " + publisher.pin());
        }
        return Exit.OK;
    }
}
