package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen without a relay, and how a key that is known to allow too much is told of. */
class DoctorCommandTest {

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        Files.createDirectories(folder.resolve("plugins"));
        PluginJar.of("tcp", "{}").to(folder.resolve("plugins/tcp.jar"));
        cli = new Cli(folder);
    }

    private static String to(String destination) {
        return """
                entryPoints: { in: { listen: "127.0.0.1:0", maxSessions: 100 } }
                routes: [ { name: in, from: in, to: there, open: true } ]
                destinations: { there: { %s } }
                """.formatted(destination);
    }

    private int doctor(String yaml) throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), yaml);
        cli = new Cli(folder);
        return cli.run("doctor");
    }

    @Test
    void connectsToEveryAddressOfADestination() throws IOException {
        String free;
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String listens = "\"127.0.0.1:" + server.getLocalPort() + "\"";
            assertThat(doctor(to("addresses: [" + listens + "]"))).as(cli.out() + cli.err()).isZero();
            assertThat(cli.out()).contains("ok    configuration: ", "ok    destinations.there, 127.0.0.1:" + server.getLocalPort() + ": connected");
            assertThat(doctor(to("addresses: [" + listens + ", \"unix:" + folder + "/none\"]"))).isZero();
            assertThat(cli.out()).contains("warn  destinations.there, unix:" + folder + "/none: ").contains("another address works");
            free = listens;
        }
        assertThat(doctor(to("addresses: [" + free + "]"))).isEqualTo(1);
        assertThat(cli.out()).contains("FAIL  destinations.there, 127.0.0.1:", "refused", "; what to do: ");
        assertThat(folder.resolve("relaygate-state")).doesNotExist();
    }

    @Test
    void saysWhatItDoesNotLookAt() throws IOException {
        assertThat(doctor(to("permit: [ { networks: [10.0.0.0/8], ports: [22] } ]"))).isZero();
        assertThat(cli.out()).contains("skip  destinations.there: ");
    }

    @Test
    void listsWhatIsWrongInTheConfigurationAndLooksAtTheMachine() throws IOException {
        assertThat(doctor(to("addresses: [\"a:1\"]") + "drainTime: soon\nnonsense: 1\n")).isEqualTo(1);
        assertThat(cli.out()).contains("relaygate.yaml:4:12: drainTime: ", "nonsense", "stateDir: ", "open files: ").contains("2 failed");
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void checkAndDoctorWarnOfKeysThatAreKnownToAllowTooMuch() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), """
                relay:
                  listen: "127.0.0.1:%d"
                  keys: { both: { rights: [send, listen] }, send: { rights: [send] } }
                  hybridConnections: { hub: { } }
                namespaces:
                  a: { endpoint: "sb://localhost:%<d/", credential: { sasKeyName: both, sasKey: "${env:PATH}" } }
                  b: { endpoint: "sb://localhost:%<d/", credential: { sasKeyName: send, sasKey: "${env:PATH}" } }
                  c: { endpoint: "sb://localhost:1/", credential: { sasKeyName: RootManageSharedAccessKey, sasKey: "${env:PATH}" } }
                  d: { endpoint: "sb://localhost:1/", credential: { sasKeyName: both, sasKey: "${env:PATH}" } }
                sites: { oslo: { namespaces: [a, b, c, d], hybridConnection: hub, services: [x] } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: in, from: in, to: oslo/x, open: true } ]
                """.formatted(20_999));
        assertThat(cli.run("check")).as(cli.err()).isZero();
        assertThat(cli.err().lines().filter(line -> line.contains("namespaces."))).hasSize(2)
                .anyMatch(line -> line.startsWith("warning: namespaces.a: its key 'both' may listen too, and has to send alone"))
                .anyMatch(line -> line.startsWith("warning: namespaces.c: ") && line.contains("manage") && line.contains("relaygate relay-keys hub"));
    }

    @Test
    void printsWhatMakesAHybridConnectionWithAKeyForEachSide() {
        assertThat(cli.run("relay-keys", "sites/oslo", "--namespace", "contoso-weu", "--resource-group", "net (prod)")).isEqualTo(2);
        assertThat(cli.run("relay-keys", "sites/oslo", "--namespace", "contoso-weu", "--resource-group", "net-(prod)")).isZero();
        assertThat(cli.out())
                .contains("az relay hyco create --resource-group 'net-(prod)' --namespace-name contoso-weu --name sites/oslo")
                .contains("--name send --rights Send", "--name listen --rights Listen", "> sites-oslo-listen.key", "${file:sites-oslo-send.key}");
        assertThat(cli.run("relay-keys", "$(reboot)")).isEqualTo(2);
        assertThat(cli.run("relay-keys", "oslo", "--namespace", "x;y")).isEqualTo(2);
    }
}
