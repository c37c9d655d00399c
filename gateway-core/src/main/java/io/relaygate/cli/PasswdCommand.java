package io.relaygate.cli;

import io.relaygate.access.identity.PasswordFile;
import io.relaygate.access.identity.PasswordLine;
import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code relaygate passwd}: writes a password file, which {@code identityProviders:} names. */
@Command(
        name = "passwd",
        header = "Set somebody's password in a password file, or change their groups, or delete them.",
        description = {
            "Writes the file for its owner alone: run it as the user that runs the gateway. A running gateway uses the",
            "change from the next login on; 'relaygate reload' asks for open sessions again.",
            "The password is asked for without showing it, or read from standard input: its first line."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate passwd users.passwd alice --groups ops,dba    add alice, or change her password and groups",
            "  relaygate passwd users.passwd alice --groups ops --keep change her groups alone",
            "  relaygate passwd users.passwd alice --delete",
        })
final class PasswdCommand implements Callable<Integer> {

    /** In bytes: a password of the most characters, each of the most bytes. */
    private static final int LONGEST = 4 * PasswordLine.LONGEST;

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Parameters(index = "0", paramLabel = "FILE", description = "The password file; made if it is not there.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "NAME", description = "The caller's name.")
    private String name = "";

    @Option(names = "--groups", paramLabel = "NAMES", description = "The caller's groups, with commas; left out, as they were.")
    private @Nullable String groups;

    @Option(names = "--keep", description = "Keep the password, and change the groups alone.")
    private boolean keep;

    @Option(names = "--delete", description = "Delete the caller from the file.")
    private boolean delete;

    PasswdCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Failure, IOException {
        if ((delete && (keep || groups != null)) || (keep && groups == null)) {
            throw new Failure(Exit.USAGE, delete ? "--delete goes with no other option" : "--keep needs --groups");
        }
        Path target = terminal.resolve(file);
        PasswordFile before = Files.exists(target) || delete || keep ? PasswordFile.read(target) : PasswordFile.empty();
        PasswordLine line = before.line(name);
        if (line == null && (delete || keep)) {
            throw new Failure(Exit.FAILED, file + ": has no '" + name + "'");
        }
        try {
            (delete ? before.without(name) : before.with(changed(line))).write(target);
        } catch (IllegalArgumentException e) {
            throw new Failure(Exit.FAILED, String.valueOf(e.getMessage()));
        }
        terminal.out().println(file + ": " + name + (delete ? " deleted" : line == null ? " added" : " changed"));
        return Exit.OK;
    }

    private PasswordLine changed(@Nullable PasswordLine line) throws Failure, IOException {
        Set<String> wanted = groups != null ? PasswordLine.groups(groups) : line == null ? Set.of() : line.groups();
        if (keep && line != null) {
            return new PasswordLine(name, line.iterations(), line.salt(), line.hash(), wanted);
        }
        char[] password = password();
        try {
            return PasswordLine.of(name, password, wanted);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    private char[] password() throws Failure, IOException {
        Optional<Console> watched = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        return terminal.in().equals(System.in) && watched.isPresent() ? typed(watched.get()) : line();
    }

    private char[] typed(Console console) throws Failure {
        char[] once = console.readPassword("Password for %s: ", name);
        char[] again = console.readPassword("Once more: ");
        try {
            if (once == null || again == null || !Arrays.equals(once, again)) {
                throw new Failure(Exit.FAILED, "that was not twice the same");
            }
            return once;
        } finally {
            if (again != null) {
                Arrays.fill(again, '\0');
            }
        }
    }

    /** Byte by byte, so that no buffer keeps it. */
    private char[] line() throws Failure, IOException {
        byte[] bytes = new byte[LONGEST];
        int length = 0;
        for (int next = terminal.in().read(); next >= 0 && next != '\n'; next = terminal.in().read()) {
            if (length == LONGEST) {
                throw new Failure(Exit.FAILED, "the password is too long");
            }
            bytes[length++] = (byte) next;
        }
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            char[] password = new char[decoded.remaining()];
            decoded.get(password);
            Arrays.fill(decoded.array(), '\0');
            return password;
        } catch (CharacterCodingException e) {
            throw new Failure(Exit.FAILED, "the password is not UTF-8");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
