package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

    static final String RELAY = """
            relay:
              listen: "127.0.0.1:0"
              hybridConnections: { demo: {} }
            """;

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        cli = new Cli(folder);
    }

    @Test
    void findsNothingWrongAndWritesNothing() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), RELAY);
        assertThat(cli.run("check")).isZero();
        assertThat(cli.out()).isEqualTo(folder.resolve("relaygate.yaml") + ": ok\n");
        assertThat(cli.err()).isEmpty();
        assertThat(folder.resolve("relaygate-state")).doesNotExist();
    }

    @Test
    void tellsWhichProxyIsOnTheWayAndHowOneLogsInThere() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), RELAY + "outboundProxy: { url: \"http://proxy:8080\", negotiate: true }\n");
        assertThat(cli.run("check")).isZero();
        assertThat(cli.out()).contains("  what is on the internet is reached through http://proxy:8080 by Kerberos with the tickets ", ", as `outboundProxy.url` says\n");
    }

    @Test
    void countsGatewaysFromOneOn() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), RELAY);
        assertThat(cli.run("check", "--gateways", "2")).isZero();
        assertThat(cli.run("check", "--gateways", "0")).isEqualTo(2);
    }

    @Test
    void listsEverythingThatIsWrong() throws IOException {
        Files.writeString(folder.resolve("bad.yaml"), RELAY.replace("demo: {}", "demo: { key: 1 }") + "drainTime: soon\n");
        assertThat(cli.run("check", "-c", "bad.yaml")).isEqualTo(78);
        assertThat(cli.err().lines())
                .hasSize(3)
                .anyMatch(line -> line.matches(".*bad\\.yaml:3:\\d+: relay\\.hybridConnections\\.demo\\.key: .*"))
                .anyMatch(line -> line.matches(".*bad\\.yaml:4:\\d+: drainTime: .*"))
                .endsWith("relaygate: 2 problems in the configuration");
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void saysThatTheFileIsNotThere() {
        assertThat(cli.run("check", "-c", "none.yaml")).isEqualTo(78);
        assertThat(cli.err()).contains("none.yaml").contains("1 problem in the configuration").doesNotContain("Exception");
    }

    @Test
    void takesTheVariableBeforeTheWorkingFolder() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), "nonsense: 1\n");
        Files.writeString(folder.resolve("other.yaml"), RELAY);
        cli.environment.put("RELAYGATE_CONFIG", "other.yaml");
        assertThat(cli.run("check")).isZero();
        assertThat(cli.out()).contains("other.yaml: ok");
    }

    @Test
    void namesTheJarThatCannotBeUsed() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), RELAY);
        Files.createFile(folder.resolve("plugins/bad.jar"));
        assertThat(cli.run("check")).isZero();
        assertThat(cli.err()).startsWith("plugin bad.jar cannot be used: ").hasLineCount(1);
    }

    @Test
    void namesThePluginsFolderThatIsMissing() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), RELAY);
        Files.delete(folder.resolve("plugins"));
        assertThat(cli.run("check")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("relaygate: the plugins folder " + folder.resolve("plugins") + " does not exist\n");
    }

    @Test
    void listsPlugins() throws IOException {
        Files.createFile(folder.resolve("plugins/bad.jar"));
        assertThat(cli.run("plugins", "list")).isZero();
        assertThat(cli.out().lines().toList())
                .hasSize(2)
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("STATE").contains("REASON"))
                .satisfies(lines -> assertThat(lines.get(1)).startsWith("refused").contains("bad.jar").contains("empty"));
        assertThat(cli.run("plugins", "list", "--plugins", "elsewhere")).isEqualTo(1);
        assertThat(cli.err()).contains("elsewhere");
    }

    @Test
    void printsTheSchema() {
        assertThat(cli.run("schema")).isZero();
        assertThat(cli.out()).startsWith("{").contains("\"entryPoints\"");
    }
}
