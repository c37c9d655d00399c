package io.relaygate.cli;

import io.relaygate.azure.EntraToken;
import io.relaygate.relay.SasToken;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code relaygate token explain}: says what is in a shared access signature, or in a token of Microsoft Entra. */
@Command(
        name = "explain",
        header = "Say what a SAS token, or a token of Microsoft Entra, is for, and when it ends.",
        description = {
            "With the key, say also whether it signed the token.",
            "Exits with 0 if the token is valid as far as can be said, else with 1."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate token explain < token.txt",
            "  relaygate token explain --key-file send.key < token.txt",
        })
final class TokenExplainCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Mixin
    private final KeyOptions key = new KeyOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "TOKEN",
            description = "The token; without it, standard input, which other users of this machine cannot read.")
    private @Nullable String token;

    TokenExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        String text = token == null ? new String(KeyOptions.text(terminal, Path.of("-"))) : token.strip();
        // What makes a token may begin beside us, and end later.
        Instant now = Instant.now();
        if (text.startsWith("eyJ")) {
            return identity(text, now);
        }
        SasToken parsed;
        try {
            parsed = SasToken.parse(unwrapped(text));
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, "not a SAS token: " + e.getMessage());
        }
        terminal.out().println("resource    " + parsed.resource());
        terminal.out().println("namespace   " + parsed.host());
        terminal.out().println("covers      " + (parsed.path().isEmpty()
                ? "every hybrid connection of the namespace"
                : "the hybrid connection " + parsed.path()));
        terminal.out().println("key name    " + parsed.keyName());
        terminal.out().println("expires     " + parsed.expires() + ", " + distance(now, parsed.expires()));
        boolean signed = signature(parsed);
        return signed && parsed.expires().isAfter(now) ? Exit.OK : Exit.FAILED;
    }

    private int identity(String text, Instant now) throws Failure {
        EntraToken parsed;
        try {
            parsed = EntraToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, "not a token of Microsoft Entra: " + e.getMessage());
        }
        terminal.out().println("audience    " + parsed.audience());
        terminal.out().println("issuer      " + parsed.issuer());
        terminal.out().println("tenant      " + parsed.tenant());
        terminal.out().println("application " + parsed.application());
        terminal.out().println("object      " + parsed.object() + ", to which roles are given");
        terminal.out().println("expires     " + parsed.expires() + ", " + distance(now, parsed.expires()));
        terminal.out().println("signature   not checked");
        return parsed.expires().isAfter(now) ? Exit.OK : Exit.FAILED;
    }

    private boolean signature(SasToken parsed) throws Failure, IOException {
        if (!key.given()) {
            terminal.out().println("signature   not checked: no key given");
            return true;
        }
        char[] secret = key.read(terminal);
        boolean signed = parsed.verify(secret);
        Arrays.fill(secret, '\0');
        terminal.out().println("signature   " + (signed ? "made with the key" : "NOT made with the key"));
        return signed;
    }

    /** As it stands in a file, a header, or a URL's {@code sb-hc-token}. */
    private static String unwrapped(String text) {
        return text.startsWith(SasToken.SCHEME + "%20") || text.startsWith(SasToken.SCHEME + "+")
                ? URLDecoder.decode(text, StandardCharsets.UTF_8)
                : text;
    }

    private static String distance(Instant now, Instant then) {
        Duration span = Duration.between(now, then);
        return span.isNegative() ? "expired " + words(span.negated()) + " ago" : "in " + words(span);
    }

    /** The two largest units of a span that are not zero. */
    private static String words(Duration span) {
        if (span.toDays() > 0) {
            return count(span.toDays(), "day") + and(span.toHoursPart(), "hour");
        }
        if (span.toHours() > 0) {
            return count(span.toHours(), "hour") + and(span.toMinutesPart(), "minute");
        }
        if (span.toMinutes() > 0) {
            return count(span.toMinutes(), "minute") + and(span.toSecondsPart(), "second");
        }
        return count(span.toSeconds(), "second");
    }

    private static String and(int number, String unit) {
        return number == 0 ? "" : " and " + count(number, unit);
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
