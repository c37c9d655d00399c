package io.relaygate.cli;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.observe.LogSettings;
import io.relaygate.observe.Logging;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectCommandTest {

    private static final String KEY = "c2VjcmV0c2VjcmV0";

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        cli = new Cli(folder);
        // Nobody is there.
        Files.writeString(folder.resolve("send.cs"), "Endpoint=sb://127.0.0.1:1/;SharedAccessKeyName=send;SharedAccessKey=" + KEY);
        cli.environment.put("SEND", "Endpoint=sb://127.0.0.1:1/;SharedAccessKeyName=send;SharedAccessKey=" + KEY + ";EntityPath=Other");
        cli.environment.put("NONE", "Endpoint=127.0.0.1");
    }

    @AfterEach
    void resetsTheLog() {
        Logging.configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN), System.err, false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "2  | oslo                                                                  | expected SITE/SERVICE, found 'oslo'",
        "2  | oslo/                                                                 | expected SITE/SERVICE, found 'oslo/'",
        "2  | oslo/sql --stdio --listen 127.0.0.1:0                                 | --stdio and --listen exclude each other",
        "2  | h/sql --connection-string-file send.cs --connection-string-env SEND   | --connection-string-file and --connection-string-env exclude each other",
        "2  | h/sql --connection-string-file send.cs -c a.yaml                      | -c excludes --connection-string-file, --connection-string-env and --endpoint",
        "2  | h/sql --connection-string-file send.cs --endpoint sb://localhost:1/   | a connection string excludes --endpoint and who signs in",
        "2  | h/sql --endpoint sb://localhost:1/ -c a.yaml                          | -c excludes --connection-string-file, --connection-string-env and --endpoint",
        "2  | h/sql --endpoint sb://localhost:1/ --tenant contoso                   | --endpoint, --device-code and --tenant need each other",
        "2  | h/sql --device-code --tenant contoso                                  | --endpoint, --device-code and --tenant need each other",
        "2  | h/sql --endpoint sb://localhost:1/ --device-code --tenant a/b         | a tenant is an ID or a domain name",
        "1  | h/sql --endpoint http://localhost/ --device-code --tenant contoso     | endpoint: ",
        "2  | h/sql --connection-string-file send.cs --identity a.pem               | --pin and --identity need each other",
        "2  | h/sql --connection-string-file send.cs --listen 0.0.0.0:1433          | --listen: whoever reaches '0.0.0.0:1433' would be let through",
        "2  | h/sql --connection-string-file send.cs --listen 1433                  | --listen: expected",
        "2  | oslo/sql --ca-file ca.pem                                             | --ca-file, --mode, --wire, --pin and --identity are beside a connection string",
        "2  | h/sql --connection-string-file send.cs --wire azbridge --mode tunnel | --wire azbridge excludes --mode tunnel and --pin",
        "1  | h/sql --stdio --connection-string-file send.cs --wire azbridge        | service 'h/sql': ",
        "78 | oslo/sql                                                              | no configuration and no connection string: give -c FILE",
        "1  | h/sql --connection-string-env MISSING                                 | the environment variable MISSING is not set",
        "1  | h/sql --connection-string-env NONE                                    | connectionString: ",
        "1  | h/SQL --connection-string-file send.cs                                | a name has 1 to 63 lower-case letters",
        "1  | h//sql --connection-string-file send.cs                               | a hybrid connection has 1 to 260 letters",
        "1  | h/sql --stdio --connection-string-file send.cs                        | service 'h/sql': ",
        "1  | h/sql --stdio --mode plain --connection-string-file send.cs           | service 'h/sql': ",
    })
    void saysInOneLineWhatIsWrong(int code, String arguments, String message) {
        String[] words = ("connect " + arguments).split(" ");
        assertThat(cli.run(words)).isEqualTo(code);
        assertThat(cli.err()).startsWith("relaygate: " + message).doesNotContain(KEY, "\tat ");
        assertThat(cli.err().lines().filter(line -> !line.startsWith("Try "))).hasSize(1);
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void saysThatAConnectionStringIsForAnotherHybridConnection() {
        assertThat(cli.run("connect", "h/sql", "--stdio", "--connection-string-env", "SEND")).isEqualTo(1);
        assertThat(cli.err()).contains("the connection string is for hybrid connection 'Other' alone, not for 'h'").doesNotContain(KEY).hasLineCount(1);
    }

    @Test
    void namesTheServiceThatWasMeant() throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), """
                namespaces: { own: { connectionString: "${file:send.cs}" } }
                sites: { oslo: { namespaces: [ own ], hybridConnection: h, services: [ sql ] } }
                """);
        assertThat(cli.run("connect", "oslo/sqk")).isEqualTo(2);
        assertThat(cli.err()).contains("site 'oslo' offers no service 'sqk'; did you mean 'sql'?").hasLineCount(1);
    }

    @Test
    void listensUntilItIsAskedToStop() throws Exception {
        AtomicInteger code = new AtomicInteger(-1);
        Thread running = Thread.ofVirtual().start(() -> code.set(cli.run("connect", "h/sql", "--connection-string-file", "send.cs")));
        await().until(() -> cli.out().matches("relaygate is ready: h/sql at 127\\.0\\.0\\.1:[0-9]+\n"));
        cli.signals.send(Signals.Event.HUP);
        cli.signals.send(Signals.Event.TERM);
        await().until(() -> code.get() == 0);
        running.join();
    }

    @Test
    void aSecondSignalEndsASessionThatIsStillBeingConnected() throws IOException {
        // Takes connections, and never says a word.
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(folder.resolve("silent.cs"),
                    "Endpoint=sb://127.0.0.1:" + silent.getLocalPort() + "/;SharedAccessKeyName=send;SharedAccessKey=" + KEY);
            cli.signals.send(Signals.Event.HUP);
            cli.signals.send(Signals.Event.TERM);
            assertThat(cli.run("connect", "h/sql", "--stdio", "--connection-string-file", "silent.cs")).isEqualTo(129);
            assertThat(cli.err()).isEmpty();
        }
    }

    @Test
    void saysThatAPortIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            assertThat(cli.run("connect", "h/sql", "--connection-string-file", "send.cs", "--listen", address)).isEqualTo(1);
            assertThat(cli.err()).contains("cannot listen on " + address + ": ").hasLineCount(1);
        }
    }

    @Test
    void aUnixSocketIsForThisUserAloneAndGoesInTheEnd() throws Exception {
        Path socket = folder.resolve("sql.sock");
        // As a killed process leaves it behind.
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket)).close();
        assertThat(socket).exists();
        Thread running = listening(socket);
        assertThat(Files.getPosixFilePermissions(socket)).containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);

        Cli second = new Cli(folder);
        assertThat(second.run("connect", "h/sql", "--connection-string-file", "send.cs", "--listen", "unix:" + socket)).isEqualTo(1);
        assertThat(second.err()).contains("cannot listen on unix:" + socket + ": Address already in use");
        assertThat(socket).as("it is in use").exists();
        cli.signals.send(Signals.Event.TERM);
        running.join();
        assertThat(socket).doesNotExist();
    }

    @Test
    void aSocketThatSomebodyElseHasPutInItsPlaceStays() throws Exception {
        Path socket = folder.resolve("sql.sock");
        Thread running = listening(socket);
        Files.delete(socket);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket))) {
            cli.signals.send(Signals.Event.TERM);
            running.join();
            assertThat(socket).exists();
            assertThat(other.isOpen()).isTrue();
        }
    }

    private Thread listening(Path socket) {
        Thread running = Thread.ofVirtual().start(() -> cli.run("connect", "h/sql", "--connection-string-file", "send.cs", "--listen", "unix:" + socket));
        await().until(() -> cli.out().equals("relaygate is ready: h/sql at unix:" + socket + "\n"));
        return running;
    }

    @ParameterizedTest
    @ValueSource(strings = {"touch", "mkdir", "mkfifo", "ln -s nowhere"})
    void aFileOfAnotherKindStays(String command) throws Exception {
        Path socket = folder.resolve("sql.sock");
        assertThat(new ProcessBuilder(Stream.concat(Stream.of(command.split(" ")), Stream.of(socket.toString())).toList()).start().waitFor()).isZero();
        assertThat(cli.run("connect", "h/sql", "--connection-string-file", "send.cs", "--listen", "unix:" + socket)).isEqualTo(1);
        assertThat(cli.err()).contains("cannot listen on unix:" + socket + ": there is a file that is no socket").hasLineCount(1);
        assertThat(Files.exists(socket, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
}
