package io.relaygate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.Threads;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.TestSecret;
import io.relaygate.relay.server.EmbeddedRelay;
import io.relaygate.relay.server.RelaySettings;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class BridgeCommandTest {

    private static final String KEY = "c2VjcmV0c2VjcmV0";

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() {
        cli = new Cli(folder);
        // Nobody is there.
        cli.environment.put("AZURE_BRIDGE_CONNECTIONSTRING", "\"Endpoint=sb://127.0.0.1:1/;SharedAccessKeyName=root;SharedAccessKey=" + KEY + "\"");
    }

    @AfterEach
    void resetsTheLog() {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2 | ''                          | nothing to do: give -L, -T or both",
        "2 | -L 1433                     | -L: expected [ADDRESS:]PORT[/NAME]:RELAY, found '1433'",
        "2 | -L :h                       | -L: expected [ADDRESS:]PORT[/NAME]:RELAY, found ':h'",
        "2 | -L a:b:1433:h               | -L: expected [ADDRESS:]PORT[/NAME] or SOCKET[/NAME], found 'a:b:1433'",
        "2 | -L 1433/sql;;22:h           | -L: expected [ADDRESS:]PORT[/NAME] or SOCKET[/NAME], found ''",
        "2 | -L a/b/c:h                  | -L: expected [ADDRESS:]PORT[/NAME] or SOCKET[/NAME], found 'a/b/c'",
        "2 | -L 53U:h                    | -L: '53U' is UDP, which RelayGate does not carry",
        "2 | -L 99999:h                  | -L: '99999': ",
        "2 | -L 1433/a,b:h               | -L: a name has 1 to 63 letters, digits",
        "2 | -T h                        | -T: expected RELAY:[NAME/][HOST:]PORT, found 'h'",
        "2 | -T h:sql/                   | -T: expected [NAME/][HOST:]PORT or [NAME/]SOCKET, found 'sql/'",
        "2 | -T h:dns/host:53U           | -T: 'dns/host:53U' is UDP, which RelayGate does not carry",
        "2 | -T h:/host:53               | -T: a name has 1 to 63 letters, digits",
        "2 | -T h:a:b:53                 | -T: expected [NAME/][HOST:]PORT or [NAME/]SOCKET, found 'a:b:53'",
        "1 | -T h:1433;1433              | -T gives two targets to the logical port '1433' of 'h'",
        "1 | -T h:Sql/1433;sql/1434      | -T gives two targets to the logical port 'sql' of 'h'",
        "1 | -T h/:1433                  | a hybrid connection has 1 to 260 letters",
        "1 | -L 0:h -x nonsense          | connectionString: part 1 has an unknown key",
        "1 | -L 0:h -x a;Endpoint=sb://x | connectionString: ",
        "1 | -L 0:h -x Endpoint=sb://x;SharedAccessKeyName=a;SharedAccessKey=b;EntityPath=Other | the connection string is for hybrid connection 'Other' alone, not for 'h'",
        "1 | -L 0:h -s nonsense          | connectionString: SharedAccessSignature: ",
        "2 | -H h:http/80                | -H listens for HTTP requests, which it does not",
        "2 | -R h:1433                   | -R is azbridge's old form of -T",
        "2 | -f a.yml                    | -f names azbridge's own configuration",
        "2 | -o LogLevel:INFO            | -o overrides azbridge's own configuration",
        "2 | -I                          | -I, -U and --svc concern Windows services",
        "2 | --svc                       | -I, -U and --svc concern Windows services",
    })
    void saysInOneLineWhatIsWrong(int code, String arguments, String message) {
        String[] words = ("bridge " + arguments).strip().split(" ");
        int ended = cli.run(words);
        assertThat(cli.err() + cli.out()).doesNotContain(KEY, "\tat ");
        assertThat(ended).isEqualTo(code);
        assertThat(cli.err()).startsWith("relaygate: " + message);
        assertThat(cli.err().lines().filter(line -> !line.startsWith("Try "))).hasSize(1);
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void wantsAConnectionString() {
        cli.environment.clear();
        assertThat(cli.run("bridge", "-L", "0:h")).isEqualTo(2);
        assertThat(cli.err()).startsWith("relaygate: no connection string: set AZURE_BRIDGE_CONNECTIONSTRING, or give -x");
    }

    @Test
    void saysThatAPortIsTakenAndLeavesNothing() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(cli.run("bridge", "-q", "-L", "0/a;" + taken.getLocalPort() + "/b:h")).isEqualTo(1);
            assertThat(cli.err()).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort()).hasLineCount(1);
        }
    }

    /** Both ends in one process, over a relay on the wire. */
    @Test
    void leadsFromPortsAndSocketsToPortsAndSockets() throws Exception {
        Path sockets = Files.createDirectory(folder.resolve("s"));
        try (World world = new World(folder); ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path target = sockets.resolve("target.sock");
            unix.bind(UnixDomainSocketAddress.of(target));
            world.threads.start("unix-echo", () -> echo(unix));
            int port = world.echo.getLocalPort();
            world.run("-T", "Site:Echo/127.0.0.1:" + port + ";" + port + ";file/" + target, "-T", "single:echo/localhost:" + port,
                    "-L", "0/ECHO;0/" + port + ";" + sockets.resolve("file") + ";0/nobody:site", "-L", "0:single", "-b", "localhost", "-a", "30", "-v");
            List<Integer> ports = world.ports();
            assertThat(ports).hasSize(4);
            assertThat(exchange(ports.get(0), 3_000_000)).as("by a name").isTrue();
            assertThat(exchange(ports.get(1), 1000)).as("by a number that is a name").isTrue();
            assertThat(exchange(ports.get(2), 0)).as("by a name that nobody knows").isFalse();
            assertThat(exchange(ports.get(3), 1000)).as("by a number, to the only target").isTrue();
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(sockets.resolve("file")))) {
                client.write(ByteBuffer.wrap("hello".getBytes(UTF_8)));
                ByteBuffer back = ByteBuffer.allocate(5);
                while (back.hasRemaining() && client.read(back) >= 0) {}
                assertThat(new String(back.array(), UTF_8)).isEqualTo("hello");
            }
            world.stop();
            assertThat(sockets.resolve("file")).doesNotExist();
        }
        assertThat(cli.err()).contains("no route takes service 'nobody'").doesNotContain(KEY);
    }

    /** A relay, an echo, and the command. */
    private final class World implements AutoCloseable {
        final Threads threads = new Threads(0);
        final ServerSocket echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        final EmbeddedRelay relay;
        final AtomicInteger code = new AtomicInteger(-1);

        World(Path stateDir) throws IOException {
            RelaySettings.HybridConnection usual = new RelaySettings.HybridConnection(Map.of(), true, null);
            relay = new EmbeddedRelay(
                    new RelaySettings(
                            new HostPort("127.0.0.1", 0), List.of(), null,
                            Map.of("root", new RelaySettings.Key(List.of(RelaySettings.Right.MANAGE), new TestSecret(KEY), null)),
                            Map.of("site", usual, "single", usual), Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(10), 10, 100, 25,
                            RelaySettings.Profile.AZURE, null),
                    stateDir, threads, InstantSource.system(), new Metrics());
            relay.start();
            threads.start("echo", () -> echo(echo, threads));
        }

        void run(String... arguments) {
            List<String> all = new ArrayList<>(List.of("bridge", "-e", "sb://localhost:" + relay.address().port(), "-K", "root", "-k", KEY,
                    "--ca-file", String.valueOf(relay.caFile())));
            all.addAll(List.of(arguments));
            Thread.ofVirtual().start(() -> code.set(cli.run(all.toArray(String[]::new))));
            await().atMost(Duration.ofSeconds(60)).failFast("it ended", () -> code.get() >= 0).until(() -> cli.out().contains("relaygate is ready: "));
            await().atMost(Duration.ofSeconds(60)).until(() -> cli.err().split("control channel up", -1).length == 5);
        }

        List<Integer> ports() {
            return Pattern.compile("127\\.0\\.0\\.1:([0-9]+) leads to").matcher(cli.out()).results().map(found -> Integer.valueOf(found.group(1))).toList();
        }

        void stop() {
            cli.signals.send(Signals.Event.TERM);
            await().atMost(Duration.ofSeconds(60)).until(() -> code.get() == 0);
        }

        @Override
        public void close() throws IOException {
            if (code.get() < 0) {
                cli.signals.send(Signals.Event.TERM);
                cli.signals.send(Signals.Event.TERM);
            }
            echo.close();
            relay.close();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(threads.alive()).as("threads").isZero();
                assertThat(Buffers.outstanding()).as("buffers").isZero();
            });
            threads.close();
        }
    }

    private static void echo(ServerSocket server, Threads threads) {
        try {
            while (true) {
                Socket client = server.accept();
                threads.start("echo-client", () -> {
                    try (client) {
                        client.getInputStream().transferTo(client.getOutputStream());
                        client.shutdownOutput();
                    } catch (IOException e) {
                        // The client has broken, which the test sees.
                    }
                });
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** Takes one client. */
    private static void echo(ServerSocketChannel server) {
        try (SocketChannel client = server.accept()) {
            ByteBuffer some = ByteBuffer.allocate(1024);
            while (client.read(some.clear()) >= 0) {
                client.write(some.flip());
            }
        } catch (IOException e) {
            // The client has broken, which the test sees.
        }
    }

    /** Sends so many bytes and the end, and whether they and the end come back. */
    private static boolean exchange(int port, int bytes) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            byte[] sent = new byte[bytes];
            new Random(bytes).nextBytes(sent);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    // What comes back tells.
                }
            });
            try (InputStream in = socket.getInputStream()) {
                boolean same = Arrays.equals(in.readAllBytes(), sent);
                sender.join();
                return same && bytes > 0;
            } catch (IOException reset) {
                return false;
            }
        }
    }
}
