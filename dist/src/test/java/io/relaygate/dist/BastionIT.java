package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.tds.FakeSqlServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Destinations behind bastions, which are servers of OpenSSH. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class BastionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @BeforeEach
    void requireOpenSsh() {
        Sshd.require();
    }

    private static String key(Sshd sshd, String name) {
        return Folders.text(sshd.file(name + ".pub")).strip();
    }

    private static String bastion(Sshd sshd, String more) {
        return "{ address: \"127.0.0.1:%d\", user: %s, key: \"${file:%s}\", %s }"
                .formatted(sshd.port(), Sshd.user(), sshd.file("user"), more);
    }

    private static String pinned(Sshd sshd) {
        return bastion(sshd, "hostKeys: [\"" + key(sshd, "host") + "\"]");
    }

    private static String via(String... bastions) {
        return "via: { dialer: ssh, with: { bastions: [ " + String.join(", ", bastions) + " ] } }";
    }

    private static String yaml(TestServer target, String via) {
        return yaml("localhost:" + target.port(), via);
    }

    private static String yaml(String target, String via) {
        return """
                stateDir: relaygate-state
                audit: { file: audit.jsonl }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: in, from: in, to: target, open: true } ]
                destinations:
                  target: { addresses: ["%s"], %s }
                """.formatted(target, via);
    }

    private static void assertCarries(RelayGateProcess gateway, int... sizes) throws IOException {
        for (int bytes : sizes) {
            try (TestClient client = TestClient.connect(gateway.port("in"))) {
                client.exchange(bytes);
            }
        }
    }

    private static void assertRefused(RelayGateProcess gateway, String reason) throws IOException {
        try (TestClient client = TestClient.connect(gateway.port("in"))) {
            client.socket().setSoTimeout(20_000);
            assertThat(client.socket().getInputStream().read()).isNegative();
        } catch (SocketException e) {
            // Refused is refused.
        }
        Awaitility.await().atMost(PATIENCE).untilAsserted(() ->
                assertThat(Folders.text(gateway.configuration().resolveSibling("audit.jsonl"))).contains(reason));
    }

    @Test
    void reachesATargetOverABastionThatMayBeKilledAndOneBehindAnother() throws IOException {
        Sshd outer = Sshd.start();
        Sshd inner = Sshd.start();
        TestServer echo = TestServer.echo();
        TestServer counting = TestServer.answerAfterEnd();
        Path folder = Folders.fresh("bastions");
        RelayGateProcess gateway = RelayGateProcess.start(folder, "run", yaml(echo, via(pinned(outer)))).ready();
        try {
            assertCarries(gateway, 1, 100_000, 1_000_000);
            outer.kill();
            assertRefused(gateway, "through bastion 127.0.0.1:" + outer.port() + ": ");
            outer.restart();
            assertCarries(gateway, 1000);

            gateway.reload(yaml(echo, via(pinned(outer), pinned(inner))));
            assertCarries(gateway, 1, 100_000, 1_000_000);

            gateway.reload(yaml(counting, via(pinned(outer), pinned(inner))));
            try (TestClient client = TestClient.connect(gateway.port("in"))) {
                client.send("what is counted when its end has come");
                assertThat(client.finish()).as("the answer to an end").startsWith("37 ");
            }
            // Not the one that was just left: systems give such ports to whoever connects next.
            int nobody = FreePort.find();
            gateway.reload(yaml("localhost:" + nobody, via(pinned(outer), pinned(inner))));
            assertRefused(gateway, "through bastion 127.0.0.1:" + inner.port() + ": it cannot connect to localhost:" + nobody);
        } finally {
            Closing.all(gateway, inner, outer, echo, counting);
        }
    }

    @Test
    void reachesAUnixSocketBehindABastionAndBehindASecondOne() throws IOException {
        Sshd outer = Sshd.start();
        Sshd inner = Sshd.start();
        Path folder = Folders.fresh("bastion-unix");
        Path socket = inner.file("t.socket");
        UnixEcho echo = new UnixEcho(socket);
        RelayGateProcess gateway = RelayGateProcess.start(folder, "run", yaml("unix:" + socket, via(pinned(outer)))).ready();
        try {
            assertCarries(gateway, 1, 100_000, 1_000_000);

            gateway.reload(yaml("unix:" + socket, via(pinned(outer), pinned(inner))));
            assertCarries(gateway, 1, 100_000, 1_000_000);

            echo.close();
            assertRefused(gateway, "through bastion 127.0.0.1:" + inner.port() + ": it cannot connect to unix:" + socket);
        } finally {
            Closing.all(gateway, inner, outer, echo);
        }
    }

    private static void assertAnswers(RelayGateProcess gateway) throws IOException, SQLException {
        for (int i = 0; i < 3; i++) {
            assertThat(Http.get("http://127.0.0.1:" + gateway.port("web") + "/").body()).isEqualTo("hello");
        }
        String url = "jdbc:sqlserver://localhost:" + gateway.port("sql") + ";user=app;password=own;encrypt=false;loginTimeout=30;database=Db";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select 'where'")) {
            assertThat(found.next()).isTrue();
            assertThat(found.getString(1)).isEqualTo("behind:Db");
        }
    }

    @Test
    void requestsOfHttpAndSessionsOfSqlServerGoOverABastionAndOverTwo() throws IOException, SQLException {
        Sshd outer = Sshd.start();
        Sshd inner = Sshd.start();
        TestServer site = TestServer.of(socket -> {
            InputStream in = socket.getInputStream();
            byte[] head = new byte[4096];
            while (in.read(head) > 0) {
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            }
        });
        FakeSqlServer sql = new FakeSqlServer("behind", FakeSqlServer.Tls.NONE, null);
        String yaml = """
                stateDir: relaygate-state
                entryPoints: { web: { listen: "127.0.0.1:0" }, sql: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: web, from: web, protocol: http, to: web, open: true }
                  - { name: sql, from: sql, protocol: tds, with: { mode: passthrough }, to: sql, open: true }
                destinations:
                  web: { addresses: ["localhost:%1$d"], %3$s }
                  sql: { addresses: ["%2$s"], %3$s }
                """;
        Path folder = Folders.fresh("bastion-protocols");
        RelayGateProcess gateway =
                RelayGateProcess.start(folder, "run", yaml.formatted(site.port(), sql.address(), via(pinned(outer)))).ready();
        try {
            assertAnswers(gateway);

            gateway.reload(yaml.formatted(site.port(), sql.address(), via(pinned(outer), pinned(inner))));
            assertAnswers(gateway);
            gateway.child().stop("TERM");
            assertThat(gateway.child().told()).contains(" ended with ").doesNotContain("Exception in thread").doesNotContain("NoClassDefFoundError");
        } finally {
            Closing.all(gateway, inner, outer, site);
            sql.close();
        }
    }

    @Test
    void twoHundredConnectionsShareFourSessionsWhileTwentyOfThemStall() throws IOException {
        Sshd sshd = Sshd.start();
        TestServer talking = TestServer.of(socket -> {
            byte[] some = new byte[64 * 1024];
            if (socket.getInputStream().read() == 's') {
                while (true) {
                    socket.getOutputStream().write(some);
                }
            }
            socket.getOutputStream().write('w');
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
        String yaml = yaml(talking, via(bastion(sshd, "hostKeys: [\"" + key(sshd, "host") + "\"], sessions: 4, channels: 50")));
        RelayGateProcess gateway = RelayGateProcess.start(Folders.fresh("bastion-many"), "run", yaml).ready();
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                TestClient client = TestClient.connect(gateway.port("in"));
                clients.add(client);
                client.socket().setSoTimeout(60_000);
                client.socket().getOutputStream().write(i % 10 == 0 ? 's' : 'w');
                assertThat(client.socket().getInputStream().read()).as("an answer to client " + i).isNotNegative();
            }
            assertRefused(gateway, "its 4 sessions carry 50 connections each");
            for (int i = 0; i < 200; i++) {
                if (i % 10 != 0) {
                    clients.get(i).exchange(20_000);
                }
            }
        } finally {
            clients.forEach(TestClient::close);
            Closing.all(gateway, sshd, talking);
        }
    }

    @Test
    void authoritiesVouchForHostAndUserAndAnEncryptedKeyIsOpened() throws IOException {
        Sshd sshd = Sshd.certified();
        TestServer echo = TestServer.echo();
        Path folder = Folders.fresh("bastion-certificates");
        Programs.in(folder).start("ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", sshd.file("user").toString()).orFail();
        Folders.write(folder.resolve("passphrase"), "open sesame\n");
        String more = "passphrase: \"${file:passphrase}\", certificate: \"" + sshd.file("user-cert.pub") + "\", hostAuthorities: [\"%s\"]";
        RelayGateProcess gateway = RelayGateProcess.start(
                        folder, "run", yaml(echo, via(bastion(sshd, more.formatted(key(sshd, "authority"))))))
                .ready();
        try {
            assertCarries(gateway, 1, 1_000_000, 1_000_000, 1_000_000);

            gateway.reload(yaml(echo, via(bastion(sshd, more.formatted(key(sshd, "user"))))));
            assertRefused(gateway, "its certificate does not do: ");
        } finally {
            Closing.all(gateway, sshd, echo);
        }
    }

    @Test
    void anAgentMaySignForTheGateway() throws IOException {
        Interop.require("ssh-agent", "ssh-add");
        Sshd sshd = Sshd.start();
        TestServer echo = TestServer.echo();
        Path folder = Folders.fresh("bastion-agent");
        Path socket = sshd.file("agent.sock");
        Child agent = Child.start("agent", folder, Map.of(), List.of(Interop.path("ssh-agent").toString(), "-D", "-a", socket.toString()));
        String bastion = "{ address: \"127.0.0.1:%d\", user: %s, agent: \"%s\", hostKeys: [\"%s\"] }"
                .formatted(sshd.port(), Sshd.user(), socket, key(sshd, "host"));
        RelayGateProcess gateway = RelayGateProcess.start(folder, "run", yaml(echo, via(bastion))).ready();
        try {
            Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(socket));
            assertRefused(gateway, "has no keys");
            Programs.in(folder).with("SSH_AUTH_SOCK", socket.toString()).start("ssh-add", "-q", sshd.file("user").toString()).orFail();
            assertCarries(gateway, 1, 100_000);
        } finally {
            Closing.all(gateway, agent, sshd, echo);
        }
    }

    @Test
    void anotherKeyThanThePinnedOneIsRefusedByItsFingerprint() throws IOException {
        Sshd sshd = Sshd.start();
        TestServer echo = TestServer.echo();
        Path folder = Folders.fresh("bastion-pin");
        String fingerprint = Programs.in(folder).start("ssh-keygen", "-l", "-f", sshd.file("host.pub").toString()).orFail().out().split(" ", -1)[1];
        RelayGateProcess gateway = RelayGateProcess.start(
                        folder, "run", yaml(echo, via(bastion(sshd, "hostKeys: [\"" + key(sshd, "user") + "\"]"))))
                .ready();
        try {
            assertRefused(gateway, "it shows a key that is none of `hostKeys`: " + fingerprint);

            gateway.reload(yaml(echo, via(bastion(sshd, "hostKeys: [\"" + fingerprint + "\"]"))));
            assertCarries(gateway, 1000);
        } finally {
            Closing.all(gateway, sshd, echo);
        }
    }
}
