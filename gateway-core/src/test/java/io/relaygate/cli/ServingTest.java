package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.admin.AddressesFile;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingTest {

    private static final int RUNNING = -1;

    @TempDir
    Path folder;

    private final AtomicInteger code = new AtomicInteger(RUNNING);
    private Cli cli;
    private Thread running = new Thread(() -> {});

    @BeforeEach
    void prepares() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        Files.writeString(folder.resolve("relaygate.yaml"), CheckCommandTest.RELAY);
        cli = new Cli(folder);
    }

    @AfterEach
    void stops() throws InterruptedException {
        if (code.get() == RUNNING) {
            cli.signals.send(Signals.Event.TERM);
        }
        running.join();
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    @Test
    void namesItsAddressesAndEndsWithZeroWhenAsked() throws IOException {
        start("run");
        assertThat(cli.out()).matches("relaygate is ready: relay 127\\.0\\.0\\.1:\\d+, admin 127\\.0\\.0\\.1:\\d+\n");
        String relay = AddressesFile.read(folder.resolve("relaygate-state")).get("relay");
        assertThat(cli.out()).contains("relay " + relay + ",");
        cli.signals.send(Signals.Event.TERM);
        await().until(() -> code.get() == 0);
        assertThat(folder.resolve("relaygate-state/addresses.json")).doesNotExist();
    }

    @Test
    void endsAtOnceWithTheSignalsNumberWhenAskedTwice() {
        cli.signals.send(Signals.Event.TERM);
        cli.signals.send(Signals.Event.TERM);
        assertThat(cli.run("run")).isEqualTo(143);
        code.set(143);
        // The first gateway closes in the background, and holds the state folder until then.
        await().until(() -> {
            Cli other = new Cli(folder);
            other.signals.send(Signals.Event.TERM);
            other.signals.send(Signals.Event.INT);
            return other.run("run") == 130;
        });
    }

    @Test
    void runsTheRelayAlone() {
        start("relay");
        cli.signals.send(Signals.Event.INT);
        await().until(() -> code.get() == 0);
    }

    @Test
    void reloadsOnHangUpAndOnCommand() throws IOException {
        start("run");
        cli.signals.send(Signals.Event.HUP);
        await().until(() -> cli.err().contains("configuration applied"));
        Cli other = new Cli(folder);
        assertThat(other.run("reload")).isZero();
        assertThat(other.out()).isEqualTo("configuration applied\n");
        assertThat(new Cli(folder).run("reload", "--state-dir", "relaygate-state")).isZero();
    }

    @Test
    void saysWhyItDoesNotReload() throws IOException {
        start("run");
        Files.writeString(folder.resolve("relaygate.yaml"), CheckCommandTest.RELAY + "nonsense: 1\n");
        Cli other = new Cli(folder);
        assertThat(other.run("reload")).isEqualTo(78);
        assertThat(other.err())
                .contains("relaygate.yaml:4:1: nonsense")
                .endsWith("relaygate: nothing was changed: 1 problem in the configuration\n");
    }

    @Test
    void cannotReloadWhereNothingRuns() {
        assertThat(cli.run("reload")).isEqualTo(1);
        assertThat(cli.err()).contains("no gateway runs with the state folder").hasLineCount(1);
    }

    @Test
    void listsWhatIsWrongAndOpensNothing() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), "nonsense: 1\n");
        assertThat(cli.run("run")).isEqualTo(78);
        assertThat(cli.err()).contains("relaygate.yaml:1:1: nonsense").doesNotContain("\tat ");
        assertThat(folder.resolve("relaygate-state/addresses.json")).doesNotExist();
    }

    @Test
    void namesThePortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Files.writeString(folder.resolve("relaygate.yaml"), CheckCommandTest.RELAY.replace("127.0.0.1:0", address));
            assertThat(cli.run("run")).isEqualTo(1);
            assertThat(cli.err()).contains(address).doesNotContain("\tat ");
        }
    }

    @Test
    void startsNoRelayFromAConfigurationWithoutOneOrWithMore() throws IOException {
        Files.writeString(folder.resolve("none.yaml"), "entryPoints: {}\n");
        Files.writeString(folder.resolve("more.yaml"),
                CheckCommandTest.RELAY + "entryPoints: { in: { listen: \"127.0.0.1:0\" } }\n");
        assertThat(cli.run("relay", "-c", "none.yaml")).isEqualTo(78);
        assertThat(cli.run("relay", "-c", "more.yaml")).isEqualTo(78);
        assertThat(cli.err()).contains("none.yaml has no `relay:`").contains("more.yaml has more than a relay");
        assertThat(cli.run("relay", "-c", "more.yaml", "--listen", "127.0.0.1:0")).isEqualTo(2);
        assertThat(cli.run("relay", "--listen", "127.0.0.1:0")).isEqualTo(2);
        assertThat(cli.run("relay", "--listen", "nowhere", "--hybrid-connection", "demo")).isEqualTo(2);
    }

    @Test
    void makesARelayForDevelopmentAndPrintsHowToReachIt() throws IOException {
        start("relay", "--listen", "127.0.0.1:0", "--hybrid-connection", "orders", "--hybrid-connection", "crm/eu");
        await().until(() -> cli.out().contains("NODE_EXTRA_CA_CERTS"));
        Path state = folder.resolve("relaygate-relay");
        String address = AddressesFile.read(state).get("relay");
        String key = Files.readString(state.resolve("send.key")).strip();
        assertThat(cli.out())
                .contains("hybrid connection orders\n")
                .contains("  send     Endpoint=sb://" + address + "/;SharedAccessKeyName=send;SharedAccessKey=" + key
                        + ";EntityPath=crm/eu\n")
                .contains("  listen   Endpoint=sb://" + address + "/;SharedAccessKeyName=listen;");
        assertThat(state.resolve("relay-ca.pem")).exists();
        assertThat(cli.err()).doesNotContain(key);
    }

    /** Runs a command on a thread of its own until it says that it is ready. */
    private void start(String... arguments) {
        running = Thread.ofPlatform().start(() -> code.set(cli.run(arguments)));
        await().until(() -> cli.out().contains("relaygate is ready") || code.get() != RUNNING);
        assertThat(code).as(cli.err()).hasValue(RUNNING);
    }
}
