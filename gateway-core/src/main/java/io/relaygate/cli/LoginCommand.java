package io.relaygate.cli;

import io.relaygate.GatewaySettings;
import io.relaygate.Preview;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code relaygate login}: lets a person sign in for a gateway that runs unattended. */
@Command(
        name = "login",
        header = "Sign in to Microsoft Entra, where a namespace's credential is a person.",
        description = {
            "For each namespace with `deviceCode: true` for which nobody has signed in, or not of late: print a page and a code",
            "on standard error, and wait until somebody has entered it, in a browser on any machine. What comes of it is kept in",
            "stateDir, in a file of this user alone; a gateway that runs with the same configuration sees it by itself."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate login -c edge.yaml",
        })
final class LoginCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final ConfigOption config = new ConfigOption();

    LoginCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        Path file = config.find(terminal);
        Preview preview = Preview.of(file);
        GatewaySettings settings = preview.settings();
        if (settings == null) {
            throw new Failure(Exit.CONFIGURATION, file + " cannot be read; see `relaygate check`");
        }
        int people = new People(terminal, preview.stateDir(), out(preview)).signIn(settings.namespaces());
        if (people == 0) {
            throw new Failure(Exit.FAILED, file + ": no namespace has `credential: { deviceCode: true }`");
        }
        terminal.out().println("somebody has signed in for " + people + (people == 1 ? " namespace" : " namespaces"));
        return Exit.OK;
    }

    private WayOut out(Preview preview) throws Failure {
        try {
            return preview.wayOut(terminal.environment());
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.CONFIGURATION, String.valueOf(e.getMessage()));
        }
    }
}
