package io.relaygate.cli;

import io.relaygate.GatewayConfig;
import io.relaygate.Preview;
import io.relaygate.net.GatewayKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code relaygate identity}: the key by which other gateways know this one. */
@Command(
        name = "identity",
        header = "Print the public key by which other gateways know this one; make the key if there is none.",
        description = {
            "An edge names the keys of a site's gateways under sites.NAME.pins, a site those of its edges under",
            "senders.NAME.pins. Then each proves to the other who it is, and the relay between them cannot read what they say.",
            "",
            "The private half stays in the file, which only its owner can read. To replace a key, make a new one in another",
            "file, pin both at the other side, name the new file under `identity:` and reload; then drop the old pin."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate identity -c /etc/relaygate/relaygate.yaml",
            "  relaygate identity --key /var/lib/relaygate/identity-2.pem",
        })
final class IdentityCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "The file of the key, in place of the one that the configuration means.")
    private @Nullable Path key;

    IdentityCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        Path file = file();
        boolean there = Files.exists(file);
        GatewayKey found = there ? GatewayKey.read(file) : GatewayKey.make(file);
        if (!there) {
            terminal.err().println("made " + file);
        }
        terminal.out().println(found.pin());
        return Exit.OK;
    }

    private Path file() throws Failure {
        if (key != null) {
            return terminal.resolve(key);
        }
        Preview preview = Preview.of(config.find(terminal));
        if (preview.settings() == null) {
            throw new Failure(Exit.CONFIGURATION, "the configuration cannot be read; `relaygate check` says why, and --key FILE does without");
        }
        return GatewayConfig.keyFile(preview.settings(), preview.stateDir());
    }
}
