package io.relaygate.cli;

import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code relaygate}: reads the command line, runs a command, tells what went wrong in one line, and exits. */
@Command(
        name = "relaygate",
        header = "A multi-protocol gateway over Azure Relay Hybrid Connections.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Versions.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  relaygate demo                     see a client reach a service through a relay, on this machine",
            "  relaygate check -c edge.yaml       list everything that is wrong with a configuration",
            "  relaygate doctor -c edge.yaml      see whether what it needs is there, and what to do where it is not",
            "  relaygate run -c edge.yaml         serve",
            "  relaygate connect oslo/sql         reach one service of a site",
            "  relaygate COMMAND --help           more about a command",
            "",
            "Exit codes: 0 all well, 1 something failed, 2 wrong command line, 77 no permission, 78 wrong configuration,",
            "130 or 143 ended at once by a second signal."
        })
public final class Main implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private static final String STACKS = "RELAYGATE_STACKS";

    private final Terminal terminal;

    @Mixin
    final HelpOption help = new HelpOption();

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version and exit.")
    boolean version;

    private Main(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        int code = run(Terminal.ofProcess(), args);
        if (code > Exit.SIGNAL) {
            // Asked twice to end: nothing may hold it up any more.
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }

    /** Runs a command. */
    static int run(Terminal terminal, String... args) {
        Main main = new Main(terminal);
        CommandLine commandLine = new CommandLine(main);
        Map<String, Supplier<Object>> commands = commands(terminal);
        Supplier<Object> named = args.length == 0 ? null : commands.get(args[0]);
        if (named == null) {
            commands.values().forEach(each -> commandLine.addSubcommand(each.get()));
            commandLine.addSubcommand(new AutoComplete.GenerateCompletion());
        } else {
            // To describe the others, too, takes longer than a short command.
            commandLine.addSubcommand(named.get());
        }
        return commandLine
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // A hybrid connection may be called probe.
                .setAllowSubcommandsAsOptionParameters(true)
                .setUsageHelpWidth(110)
                .setParameterExceptionHandler((e, arguments) -> main.misused(e))
                .setExecutionExceptionHandler((e, command, result) -> main.failed(e))
                .execute(args);
    }

    /** How each command is made, by its name, in the order of the help. */
    private static Map<String, Supplier<Object>> commands(Terminal terminal) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("run", () -> new RunCommand(terminal));
        commands.put("check", () -> new CheckCommand(terminal));
        commands.put("explain", () -> new ExplainCommand(terminal));
        commands.put("connect", () -> new ConnectCommand(terminal));
        commands.put("bridge", () -> new BridgeCommand(terminal));
        commands.put("login", () -> new LoginCommand(terminal));
        commands.put("doctor", () -> new DoctorCommand(terminal));
        commands.put("relay-keys", () -> new RelayKeysCommand(terminal));
        commands.put("relay", () -> new CommandLine(new RelayCommand(terminal)).addSubcommand(new RelayProbeCommand(terminal)));
        commands.put("demo", () -> new DemoCommand(terminal));
        commands.put("token", () -> new CommandLine(new TokenCommand(terminal)).addSubcommand(new TokenExplainCommand(terminal)));
        commands.put("identity", () -> new IdentityCommand(terminal));
        commands.put("passwd", () -> new PasswdCommand(terminal));
        commands.put("schema", () -> new SchemaCommand(terminal));
        commands.put("plugins", () -> new CommandLine(new PluginsCommand())
                .addSubcommand(new PluginsListCommand(terminal))
                .addSubcommand(new PluginsInfoCommand(terminal))
                .addSubcommand(new PluginsVerifyCommand(terminal))
                .addSubcommand(new PluginsInstallCommand(terminal))
                .addSubcommand(new PluginsRemoveCommand(terminal))
                .addSubcommand(new PluginsEnableCommand(terminal))
                .addSubcommand(new PluginsDisableCommand(terminal))
                .addSubcommand(new PluginsReloadCommand(terminal))
                .addSubcommand(new PluginsLockCommand(terminal))
                .addSubcommand(new PluginsSignCommand(terminal)));
        commands.put("reload", () -> new ReloadCommand(terminal));
        commands.put("status", () -> new StatusCommand(terminal));
        commands.put("bench", () -> new BenchCommand(terminal));
        commands.put("version", () -> new VersionCommand(terminal));
        return commands;
    }

    /** Without a command. */
    @Override
    public void run() {
        throw new ParameterException(new CommandLine(this), "a command is missing");
    }

    private int misused(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String message = String.valueOf(e.getMessage());
        terminal.err().println("relaygate: " + Character.toLowerCase(message.charAt(0)) + message.substring(1));
        PrintWriter err = new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8);
        if (!UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        err.flush();
        return Exit.USAGE;
    }

    private int failed(Exception e) {
        if (terminal.environment().containsKey(STACKS)) {
            LOG.atError().setCause(e).log("the command failed");
        }
        return switch (e) {
            case Failure failure -> tell(failure.code(), failure.lines());
            case ConfigException wrong -> {
                // As they are, so that an editor finds the places.
                wrong.problems().forEach(terminal.err()::println);
                yield tell(Exit.CONFIGURATION, List.of(Problems.count(wrong.problems().size())));
            }
            case AccessDeniedException denied ->
                tell(Exit.NO_PERMISSION, List.of("no permission for " + denied.getFile()));
            case NoSuchFileException missing -> tell(Exit.FAILED, List.of("no such file: " + missing.getFile()));
            case FileSystemException file ->
                tell(Exit.FAILED, List.of(file.getFile() + ": " + file.getReason()));
            case IOException broken -> tell(Exit.FAILED, List.of(String.valueOf(broken.getMessage())));
            default -> tell(Exit.FAILED, List.of("this is a defect of relaygate (set " + STACKS + "=1 to see where): " + e));
        };
    }

    private int tell(int code, List<String> lines) {
        lines.forEach(line -> terminal.err().println("relaygate: " + line));
        return code;
    }

    /** For {@code --version}. */
    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"relaygate " + Version.text()};
        }
    }
}
