package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A machine that has IPv6 alone: the relay, the ports and the destination are at ::1, and names have no other address. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class Ipv6IT {

    private static final String LOCAL = "[::1]:";

    private static Path folder;
    private static ServerSocket destination;
    private static RelayGateProcess gateway;
    private static String options;

    @BeforeAll
    static void start() throws IOException {
        Interop.require("openssl");
        destination = new ServerSocket();
        try {
            destination.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
        } catch (IOException e) {
            destination.close();
            Interop.missing("give the machine ::1 (sysctl net.ipv6.conf.lo.disable_ipv6=0)");
        }
        folder = Folders.fresh("ipv6");
        Folders.write(folder.resolve("hosts"), "::1 relay.six.test\n::1 server.six.test\n");
        Folders.write(folder.resolve("root.key"), "root-key-0123456789");
        Programs.in(folder).bash("umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=relay -keyout relay.key -out relay.pem"
                + " -addext subjectAltName=DNS:relay.six.test,IP:::1").orFail();
        options = "-XX:TieredStopAtLevel=1 -Djdk.net.hosts.file=" + folder.resolve("hosts");
        // Edge and site of one process, which meet at its relay's port all the same: once by name, once by address.
        int port = FreePort.find();
        gateway = RelayGateProcess.start(folder, "run", """
                audit: { file: audit.jsonl }
                admin: { listen: "[::1]:0" }
                health: { listen: "[::1]:0" }
                relay:
                  listen: "[::1]:%1$d"
                  hosts: [relay.six.test]
                  tls: { certificate: relay.pem, key: relay.key }
                  keys: { root: { rights: [manage], primary: "${file:root.key}" } }
                  hybridConnections: { site-oslo: {}, plain: {} }
                namespaces:
                  name: { endpoint: "sb://relay.six.test:%1$d/", caFile: relay.pem, credential: { sasKeyName: root, sasKey: "${file:root.key}" } }
                  address: { endpoint: "sb://[::1]:%1$d/", caFile: relay.pem, credential: { sasKeyName: root, sasKey: "${file:root.key}" } }
                sites:
                  oslo: { namespaces: [name], hybridConnection: site-oslo, services: [echo] }
                  lima: { namespaces: [address], hybridConnection: plain, services: [echo], mode: plain }
                entryPoints:
                  hub: { namespaces: [name], hybridConnection: site-oslo }
                  plain: { namespaces: [address], hybridConnection: plain, mode: plain }
                  in: { listen: "[::1]:0" }
                  lima: { listen: "[::1]:0" }
                routes:
                  - { name: in, from: in, to: oslo/echo, allow: { networks: ["::1"] } }
                  - { name: lima, from: lima, to: lima/echo, open: true }
                  - { name: name, from: hub, service: echo, to: name, open: true }
                  - { name: address, from: plain, service: echo, to: address, open: true }
                destinations:
                  name: { addresses: ["server.six.test:%2$d"], proxyProtocol: v1 }
                  address: { addresses: ["[::1]:%2$d"], proxyProtocol: v1 }
                """.formatted(port, destination.getLocalPort()), Map.of("RELAYGATE_JAVA_OPTS", options)).ready();
        Thread.ofVirtual().start(Ipv6IT::serve);
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, destination);
    }

    /** Answers with the header that is in front of what the client says. */
    private static void serve() {
        while (!destination.isClosed()) {
            try (Socket socket = destination.accept()) {
                socket.setSoTimeout(20_000);
                String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                socket.getOutputStream().write(all.lines().findFirst().orElse("nothing").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // It is closed, or somebody has left.
            }
        }
    }

    private static Programs.Ended run(String... arguments) {
        return Programs.in(folder).with("RELAYGATE_JAVA_OPTS", options).start(Product.command(arguments));
    }

    private static String header(String entryPoint) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("::1"), gateway.port(entryPoint)), 20_000);
            socket.getOutputStream().write("word".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void sessionsPassFromAPortThroughTheRelayToTheDestination() {
        assertThat(gateway.addresses().values()).filteredOn(each -> !each.startsWith("name/") && !each.startsWith("address/"))
                .isNotEmpty().allMatch(each -> each.startsWith(LOCAL));
        assertThat(gateway.addresses()).containsKeys("in", "lima", "relay", "admin", "health");
        for (String entryPoint : List.of("in", "lima")) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptionsInstanceOf(UncheckedIOException.class).untilAsserted(
                    () -> assertThat(header(entryPoint)).as(gateway.child().told()).matches("PROXY TCP6 [0:]*:1 [0:]*:1 [0-9]+ [0-9]+"));
        }
        Path audit = folder.resolve("audit.jsonl");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Folders.text(audit).lines().filter(each -> each.contains("\"entryPoint\":\"plain\"")).count() >= 2);
        assertThat(Folders.text(audit).lines()).isNotEmpty().allSatisfy(line -> assertThat(line).contains("\"source\":\"" + LOCAL));
        assertThat(Folders.text(audit)).contains("\"address\":\"" + LOCAL + destination.getLocalPort() + "\"").doesNotContain("0:0:0:0:0:0:0:1");
        assertThat(gateway.child().told()).doesNotContain("0:0:0:0:0:0:0:1");
    }

    @Test
    void commandsReadAndWriteAddressesInBrackets() {
        String file = gateway.configuration().toString();
        assertThat(run("check", "-c", file).orFail().err()).doesNotContain("::1");
        String found = run("doctor", "-c", file).out();
        assertThat(found).doesNotContain("FAIL").doesNotContain("0:0:0:0:0:0:0:1")
                .contains("ok    destinations.address, [::1]:" + destination.getLocalPort() + ": connected")
                .contains("ok    destinations.name, server.six.test:" + destination.getLocalPort() + ": connected")
                .contains("namespaces.address, [::1]:" + gateway.port("relay"));
        assertThat(run("explain", "-c", file, "--entry-point", "in", "--from", "::1").orFail().out()).contains("route in allows it");
        String token = run("token", "--resource", "sb://[::1]/plain", "--key-name", "root", "--key-file", "root.key").orFail().out();
        assertThat(token).contains("sr=http%3A%2F%2F%5B%3A%3A1%5D%2Fplain");
        assertThat(run("status", "-c", file).orFail().out()).contains("address", "name").doesNotContain("0:0:0:0:0:0:0:1");
    }
}
