package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import io.relaygate.admin.Controls;
import io.relaygate.net.Buffers;
import io.relaygate.net.SocketLink;
import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import io.relaygate.plugin.PluginJar;
import io.relaygate.sdk.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Plugins that are replaced while a gateway runs: sessions finish on what they began with, new ones get the new. */
@Timeout(120)
class PluginsThatChangeTest {

    /** Greets with its number, then echoes until the client ends. */
    private static final String GREETING = """
            { var client = session.client();
              client.out().write(%d);
              for (int b = client.in().read(); b >= 0; b = client.in().read()) client.out().write(b);
              client.finish(); }
            """;

    private static final int REPLACEMENTS = 500;
    private static final int SESSIONS = 200;

    @TempDir
    private Path folder;

    private Path jar;
    private int sockets;

    @BeforeEach
    void writes() throws IOException {
        Files.createDirectory(folder.resolve("plugins"));
        jar = folder.resolve("plugins/greet.jar");
        sockets = SocketLink.open();
        configure("");
    }

    @AfterEach
    void leavesNothing() {
        await().atMost(Duration.ofSeconds(10)).until(() -> SocketLink.open() == sockets && Buffers.outstanding() == 0);
    }

    private void configure(String more) throws IOException {
        Files.writeString(folder.resolve("gateway.yaml"), """
                stateDir: state
                watchPlugins: false
                admin: { listen: "127.0.0.1:0" }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: r, from: in, protocol: greet, open: true%s } ]
                """.formatted(more));
    }

    /** Puts a version of the plugin in place in one step. */
    private void drop(int number) throws IOException {
        Path part = folder.resolve("plugins/.part");
        PluginJar.of("greet", GREETING.formatted(number)).to(part);
        Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A copy of a jar whose content is its own. */
    private Path stamped(Path compiled, int number) throws IOException {
        Path part = Files.copy(compiled, folder.resolve("plugins/.part.jar"));
        try (FileSystem zip = FileSystems.newFileSystem(part)) {
            Files.writeString(zip.getPath("/stamp"), String.valueOf(number));
        }
        return part;
    }

    private static Socket connect(Gateway gateway) throws IOException {
        HostPort in = HostPort.parse(String.valueOf(gateway.addresses().get("in")));
        Socket socket = new Socket(in.host(), in.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void echoes(Socket socket, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            socket.getOutputStream().write(bytes);
            assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int greeting(Gateway gateway) throws IOException {
        try (Socket socket = connect(gateway)) {
            return socket.getInputStream().read();
        }
    }

    private Gateway start() throws Exception {
        return Gateway.start(
                folder.resolve("gateway.yaml"), Plugins.load(folder.resolve("plugins"), Preview.NONE, folder.resolve("work"), "0.1.0"), _ -> {});
    }

    @Test
    void serveNewSessionsWhileOldOnesFinishOnWhatTheyBeganWith() throws Exception {
        drop(1);
        try (Gateway gateway = start();
                Socket old = connect(gateway)) {
            assertThat(old.getInputStream().read()).isEqualTo(1);
            drop(2);
            assertThat(greeting(gateway)).isEqualTo(1);
            assertThat(gateway.reload()).isEmpty();

            assertThat(greeting(gateway)).isEqualTo(2);
            echoes(old, "still here");
            old.shutdownOutput();
            assertThat(old.getInputStream().read()).isEqualTo(-1);
            await().atMost(Duration.ofSeconds(20)).until(() -> collected(gateway));
        }
    }

    @Test
    void changeNothingWhereTheConfigurationDoesNotFitThem() throws Exception {
        drop(1);
        try (Gateway gateway = start()) {
            PluginJar.of("other", GREETING.formatted(2)).to(jar);
            assertThat(gateway.reload()).singleElement().asString().contains("no plugin brings 'greet'");
            assertThat(greeting(gateway)).isEqualTo(1);
            assertThat(gateway.plugins()).extracting(Controls.Plugin::id).containsExactly("greet");

            Files.writeString(jar, "half");
            assertThat(gateway.reload()).isEmpty();
            assertThat(greeting(gateway)).isEqualTo(1);
            assertThat(gateway.plugins()).extracting(Controls.Plugin::state).containsExactly("KEPT");

            drop(3);
            assertThat(gateway.reload()).isEmpty();
            assertThat(greeting(gateway)).isEqualTo(3);
        }
    }

    @Test
    void areTakenUpByThemselves() throws Exception {
        drop(1);
        Path file = folder.resolve("gateway.yaml");
        Files.writeString(file, Files.readString(file).replace("watchPlugins: false\n", ""));
        try (Gateway gateway = start()) {
            drop(2);
            await().atMost(Duration.ofSeconds(20)).until(() -> greeting(gateway) == 2);
        }
    }

    /** Two hundred sessions at every time, each begun on another version than the next; each ends long after its version. */
    @Test
    void doNotBreakSessionsHoweverOftenTheyChange() throws Exception {
        drop(0);
        Path compiled = Files.copy(jar, folder.resolve("compiled.jar"));
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), told, false);
        Deque<Socket> clients = new ArrayDeque<>();
        try (Gateway gateway = start()) {
            for (int i = 0; i < SESSIONS; i++) {
                clients.add(greeted(gateway));
            }
            long descriptors = descriptors();
            for (int i = 0; i < REPLACEMENTS; i++) {
                Files.move(stamped(compiled, i), jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                assertThat(gateway.reload()).isEmpty();
                clients.add(greeted(gateway));
                finish(clients.remove());
                int round = i;
                clients.stream().skip(round % (SESSIONS - 10)).limit(10).forEach(client -> echoes(client, "round " + round));
            }
            clients.forEach(client -> echoes(client, "here"));
            for (Socket client : clients) {
                finish(client);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> collected(gateway));
            assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptors);
            assertThat(told.toString(StandardCharsets.UTF_8).lines()).hasSize(SESSIONS + REPLACEMENTS)
                    .allMatch(line -> line.contains(" audit: session ended ") && line.contains("_DONE"));
        } finally {
            Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static Socket greeted(Gateway gateway) throws IOException {
        Socket client = connect(gateway);
        assertThat(client.getInputStream().read()).isZero();
        return client;
    }

    private static void finish(Socket client) throws IOException {
        echoes(client, "still here");
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.close();
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    /** Whether no class loader of a plugin is left but that of the one in use. */
    private static boolean collected(Gateway gateway) {
        System.gc();
        return gateway.departedPlugins() == 0;
    }
}
