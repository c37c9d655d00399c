package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() {
        cli = new Cli(folder);
    }

    @Test
    void explainsItself() {
        assertThat(cli.run("--help")).isZero();
        assertThat(cli.out())
                .startsWith("A multi-protocol gateway")
                .contains("relaygate demo", "Exit codes: 0 all well")
                .contains("  run ", "  check ", "  relay ", "  demo ", "  token ", "  schema ", "  plugins ", "  reload ", "  version ");
        assertThat(cli.err()).isEmpty();
    }

    /** Those that the help lists. */
    static Stream<String> commands() {
        Cli all = new Cli(Path.of(""));
        assertThat(all.run("--help")).isZero();
        String list = all.out().substring(all.out().indexOf("Commands:"), all.out().indexOf("Examples:"));
        return Pattern.compile("^  ([a-z-]+) ", Pattern.MULTILINE).matcher(list).results().map(command -> command.group(1));
    }

    @Test
    void listsItsCommands() {
        assertThat(commands()).hasSizeGreaterThan(18).contains("run", "connect", "relay-keys", "generate-completion").doesNotHaveDuplicates();
    }

    /** A command that is named is made alone. */
    @ParameterizedTest
    @MethodSource("commands")
    void explainsEveryCommand(String command) {
        assertThat(cli.run(command, "--help")).isZero();
        assertThat(cli.out()).contains("Usage: relaygate " + command).contains("--help");
        assertThat(cli.out().lines().map(String::length)).allMatch(length -> length <= 120);
    }

    @Test
    void saysItsVersion() {
        assertThat(cli.run("version")).isZero();
        assertThat(cli.out()).matches("relaygate [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\njava [0-9].*\n");
        assertThat(new Cli(folder).run("--version")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "--nonsense, unknown option: '--nonsense', relaygate --help",
        "versio, unmatched argument at index 0: 'versio', version",
    })
    void refusesWhatItDoesNotKnow(String argument, String message, String hint) {
        assertThat(cli.run(argument)).isEqualTo(2);
        assertThat(cli.err()).startsWith("relaygate: " + message).contains(hint).doesNotContain("\tat ");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void namesTheOptionThatWasMeant() {
        assertThat(cli.run("run", "--confg", "x")).isEqualTo(2);
        assertThat(cli.err()).contains("--confg").contains("--config");
    }

    @Test
    void takesACommandsNameForAnOptionsValue() {
        assertThat(cli.run("relay", "--hybrid-connection", "probe", "--listen", "nowhere")).isEqualTo(2);
        assertThat(cli.err()).contains("nowhere").doesNotContain("expected parameter");
    }

    @Test
    void asksForACommand() {
        assertThat(cli.run()).isEqualTo(2);
        assertThat(cli.err()).contains("a command is missing").contains("Try 'relaygate --help'.");
        Cli plugins = new Cli(folder);
        assertThat(plugins.run("plugins")).isEqualTo(2);
        assertThat(plugins.err()).contains("relaygate plugins list");
    }

    @Test
    void writesACompletionScript() {
        assertThat(cli.run("generate-completion")).isZero();
        assertThat(cli.out()).contains("complete -F").contains("--connection-string-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "relay", "reload"})
    void saysWhereItLookedForAConfiguration(String command) {
        assertThat(cli.run(command)).isEqualTo(78);
        assertThat(cli.err())
                .isEqualTo("relaygate: no configuration: give -c FILE, set RELAYGATE_CONFIG, or write ./relaygate.yaml or "
                        + "/etc/relaygate/relaygate.yaml\n");
    }
}
