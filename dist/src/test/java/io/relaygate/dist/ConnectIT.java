package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A laptop reaches services of a site by itself: by {@code relaygate connect}, and by {@code forwards:}. Its carriers are sealed. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class ConnectIT {

    private static final Pattern READY = Pattern.compile("relaygate is ready: \\S+ at 127\\.0\\.0\\.1:([0-9]+)\n");

    private static Path folder;
    private static Path laptop;
    private static Sshd sshd;
    private static Postgres postgres;
    private static TestServer echo;
    private static TestServer count;
    private static TestServer brief;
    private static RelayGateProcess relay;
    private static RelayGateProcess site;
    private static String sitePin;

    @BeforeAll
    static void start() {
        Sshd.require();
        Postgres.require();
        folder = Folders.fresh("connect");
        laptop = keys("laptop");
        sshd = Sshd.start();
        postgres = Postgres.start();
        echo = TestServer.echo();
        count = TestServer.answerAfterEnd();
        brief = TestServer.of(socket -> socket.getOutputStream().write("brief\n".getBytes(StandardCharsets.US_ASCII)));
        // It is killed, and must come back at the same place.
        relay = RelayGateProcess.start(keys("relay"), "relay", """
                relay:
                  { listen: "127.0.0.1:%d", hybridConnections: {
                      Site-Oslo: { keys: { edge: { rights: [send], primary: "${file:edge.key}" }, site: { rights: [listen], primary: "${file:site.key}" } } },
                      site-plain: { keys: { edge: { rights: [send], primary: "${file:edge.key}" }, site: { rights: [listen], primary: "${file:site.key}" } } },
                      site-lima: { keys: { edge: { rights: [send], primary: "${file:edge.key}" } } } } }
                """.formatted(FreePort.find())).ready();
        String laptopPin = identity(laptop);
        Path siteFolder = keys("site");
        sitePin = identity(siteFolder);
        site = RelayGateProcess.start(siteFolder, "run", namespace("site", "site.key") + """
                site: oslo
                identity: identity.pem
                audit: { file: audit.jsonl }
                tunnel: { silence: 1500ms, hold: 60s }
                senders: { laptop: { pins: ["%s"] } }
                entryPoints:
                  hub: { namespaces: [own], hybridConnection: Site-Oslo }
                  plain: { namespaces: [own], hybridConnection: site-plain, mode: plain }
                routes: [ { name: all, from: [hub, plain], to: "{service}", open: true } ]
                destinations:
                  ssh: { addresses: ["127.0.0.1:%d"] }
                  sql: { addresses: ["127.0.0.1:%d"] }
                  echo: { addresses: ["%s"] }
                  count: { addresses: ["%s"] }
                  brief: { addresses: ["%s"] }
                  nobody: { addresses: ["127.0.0.1:%d"] }
                """.formatted(laptopPin, sshd.port(), postgres.port(), echo.address(), count.address(), brief.address(), FreePort.find())).ready();
        Folders.write(laptop.resolve("laptop.yaml"), namespace("edge", "edge.key") + laptopYaml(""));
        Folders.write(laptop.resolve("wrong-key.yaml"), namespace("edge", "site.key") + laptopYaml(""));
        Folders.write(laptop.resolve("unsealed.yaml"), namespace("edge", "edge.key") + laptopYaml("").replaceAll(", pins: [^}]*", ""));
        Folders.write(laptop.resolve("no-relay.yaml"), namespace("edge", "edge.key").replaceAll("localhost:\\d+", "localhost:1") + laptopYaml(""));
        Folders.write(laptop.resolve("send.cs"), connectionString());
        Programs.in(laptop).bash("chmod 600 *.key send.cs").orFail();
    }

    @AfterAll
    static void stop() {
        Closing.all(site, relay, echo, count, brief, postgres, sshd);
    }

    private static Path keys(String name) {
        Path own = Folders.create(folder.resolve(name));
        Folders.write(own.resolve("edge.key"), ThreeProcesses.EDGE_KEY);
        Folders.write(own.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Programs.in(own).bash("chmod 600 *.key").orFail();
        return own;
    }

    private static String identity(Path own) {
        return Product.run(own, "identity", "--key", "identity.pem").orFail().out().strip();
    }

    private static String namespace(String name, String key) {
        return "namespaces: { own: { endpoint: \"sb://localhost:%d/\", caFile: \"%s\", credential: { sasKeyName: %s, sasKey: \"${file:%s}\" } } }%n"
                .formatted(relay.port("relay"), relay.state().resolve("relay-ca.pem"), name, key);
    }

    private static String connectionString() {
        return ofNamespace() + ";EntityPath=Site-Oslo";
    }

    private static String ofNamespace() {
        return "Endpoint=sb://localhost:" + relay.port("relay") + "/;SharedAccessKeyName=edge;SharedAccessKey=" + ThreeProcesses.EDGE_KEY;
    }

    private static String laptopYaml(String more) {
        return """
                identity: identity.pem
                tunnel: { silence: 1500ms, hold: 60s }
                sites:
                  oslo: { namespaces: [own], hybridConnection: Site-Oslo, services: [ssh, sql, echo, count, brief, nobody, unknown], pins: ["%s"] }
                  lima: { namespaces: [own], hybridConnection: site-lima, services: [ssh] }
                """.formatted(sitePin) + more;
    }

    private static String[] connect(String service, String... options) {
        List<String> words = new ArrayList<>(List.of(Product.launcher().toString(), "connect", service));
        words.addAll(List.of(options));
        return words.toArray(String[]::new);
    }

    private static String[] stdio(String service) {
        return connect(service, "--stdio", "-c", laptop.resolve("laptop.yaml").toString());
    }

    private static String proxyCommand() {
        return "'" + String.join("' '", stdio("oslo/ssh")) + "'";
    }

    private static ConditionFactory within(Duration limit) {
        return Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(limit);
    }

    @Test
    void sshIsConnectedByItsProxyCommand() {
        List<String> words = sshd.by(proxyCommand());
        words.add("echo out; echo err >&2; exit 5");
        Programs.Ended ended = Programs.in(laptop).start(words);
        assertThat(ended.code()).as(ended.toString()).isEqualTo(5);
        assertThat(ended.out()).isEqualTo("out\n");
        assertThat(ended.err()).contains("err\n").doesNotContain("relaygate");
        within(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(Folders.text(folder.resolve("site/audit.jsonl")))
                .contains("\"sender\":\"laptop\"").contains("\"destination\":\"ssh\""));
    }

    @Test
    void twentyMegabytesGoBothWaysOverSsh() {
        List<String> words = sshd.by(proxyCommand());
        Programs.in(laptop).bash("head -c 20971520 /dev/urandom > sent; \"$@\" cat < sent > back; cmp sent back; rm sent back",
                words.toArray(String[]::new)).orFail();
    }

    @Test
    void theEndOfEitherDirectionIsPassedOnAlone() {
        Programs.in(laptop).bash("head -c 3000000 /dev/urandom > data; \"$@\" < data > echoed; cmp data echoed", stdio("oslo/echo")).orFail();
        Programs.Ended counted = Programs.in(laptop).bash("printf 12345 | \"$@\"", stdio("oslo/count")).orFail();
        assertThat(counted.out()).as("the service answers when it has seen the end").startsWith("5 ");
        Programs.Ended first = Programs.in(laptop).bash("""
                mkfifo in out; exec 3<>in
                "$@" < in > out 3>&- &
                cat out   # ends with the service, while there may still be input
                exec 3>&-
                wait $!
                """, stdio("oslo/brief")).orFail();
        assertThat(first.out()).isEqualTo("brief\n");
        assertThat(first.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "laptop    | oslo/unknown | no route takes service 'unknown'",
        "laptop    | oslo/nobody  | refused",
        "laptop    | lima/ssh     | relay own, hybrid connection site-lima: nobody listens",
        "wrong-key | oslo/echo    | relay own, hybrid connection Site-Oslo: our credential is refused",
        "unsealed  | oslo/echo    | takes sealed carriers of edges that it knows only",
        "no-relay  | oslo/echo    | relay own: connect to ",
    })
    void whatDoesNotConnectSaysWhyInOneLine(String file, String service, String message) {
        Programs.Ended ended = Programs.in(laptop).start(connect(service, "--stdio", "-c", file + ".yaml"));
        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.err()).startsWith("relaygate: service '" + service + "': ").contains(message).hasLineCount(1);
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void aPortLeadsToTheServiceWithoutAConfiguration() {
        String[] words = connect("Site-Oslo/sql", "--connection-string-env", "SEND", "--ca-file", relay.state().resolve("relay-ca.pem").toString(),
                "--pin", sitePin, "--identity", "identity.pem");
        try (Child forwarder = Child.start("listen", laptop, Map.of("SEND", connectionString()), List.of(words))) {
            within(Duration.ofSeconds(30)).failFast("it ended", () -> !forwarder.alive()).until(() -> READY.matcher(forwarder.out()).matches());
            Matcher ready = READY.matcher(forwarder.out());
            assertThat(ready.matches()).isTrue();
            assertThat(Postgres.psql(Integer.parseInt(ready.group(1)), "select 6 * 7").orFail().out()).isEqualTo("42\n");
            forwarder.signal("TERM");
            assertThat(forwarder.exitCode(Duration.ofSeconds(30))).isZero();
            assertThat(forwarder.err()).contains("session ended").contains("site-oslo/sql")
                    .doesNotContain(ThreeProcesses.EDGE_KEY);
        }
    }

    /** Nothing of ours is between the two ends but one rendezvous for each session. */
    private static String[] plainly(String service, String... options) {
        List<String> all = new ArrayList<>(List.of("--mode", "plain", "--connection-string-env", "SEND", "--ca-file", relay.state().resolve("relay-ca.pem").toString()));
        all.addAll(List.of(options));
        return connect("site-plain/" + service, all.toArray(String[]::new));
    }

    @Test
    void aUnixSocketLeadsToTheServiceWithoutATunnel() throws IOException {
        // Where libpq looks for it.
        Path socket = Folders.enterable("connect").resolve(".s.PGSQL.5432");
        try (Child forwarder = Child.start("unix", laptop, Map.of("SEND", ofNamespace()), List.of(plainly("sql", "--listen", "unix:" + socket)))) {
            within(Duration.ofSeconds(30)).failFast("it ended", () -> !forwarder.alive())
                    .until(() -> forwarder.out().equals("relaygate is ready: site-plain/sql at unix:" + socket + "\n"));
            assertThat(Postgres.psql(socket.resolveSibling("").toString(), 5432, "select 6 * 7").orFail().out()).isEqualTo("42\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");
            forwarder.signal("TERM");
            assertThat(forwarder.exitCode(Duration.ofSeconds(30))).isZero();
            assertThat(socket).doesNotExist();
        } finally {
            Folders.delete(socket.resolveSibling(""));
        }
    }

    @Test
    void standardStreamsNeedNoTunnel() {
        Programs.in(laptop).with("SEND", ofNamespace())
                .bash("head -c 300000 /dev/urandom > few; \"$@\" < few > back; cmp few back", plainly("echo", "--stdio")).orFail();
    }

    @Test
    void aForwardLeadsToTheService() {
        String yaml = namespace("edge", "edge.key") + laptopYaml("""
                forwards:
                  sql: { listen: "127.0.0.1:0", to: oslo/sql }
                  lima: { listen: "127.0.0.1:0", to: lima/ssh }
                  other: { listen: "127.0.0.1:0", to: oslo/nobody }
                """);
        try (RelayGateProcess forwarder = RelayGateProcess.start(laptop, "run", yaml).ready()) {
            assertThat(Postgres.psql(forwarder.port("sql"), "select 6 * 7").orFail().out()).isEqualTo("42\n");
            assertThat(forwarder.metrics()).contains("relaygate_sessions_started_total{entry_point=\"sql\"} 1.0");
            forwarder.configure(yaml.replace("to: oslo/nobody", "to: oslo/sql"));
            forwarder.child().signal("HUP");
            within(Duration.ofSeconds(30)).until(() -> Postgres.psql(forwarder.port("other"), "select 1").code() == 0);
        }
    }

    @Test
    void aSessionOutlivesTheRelay() {
        List<String> words = sshd.by(proxyCommand());
        Path sign = sshd.there("sign");
        words.add("echo begun; until test -e " + sign + "; do sleep 0.1; done; echo done; exit 7");
        try (Child ssh = Child.start("survives", laptop, Map.of(), words)) {
            within(Duration.ofSeconds(30)).failFast("it ended", () -> !ssh.alive()).until(() -> ssh.out().equals("begun\n"));
            relay.child().signal("KILL");
            relay.child().exitCode(Duration.ofSeconds(5));
            relay.startAgain();
            relay.bound();
            Folders.write(sign, "");
            assertThat(ssh.exitCode(Duration.ofSeconds(60))).as(ssh.told()).isEqualTo(7);
            assertThat(ssh.out()).isEqualTo("begun\ndone\n");
        }
        within(Duration.ofSeconds(30)).until(() -> site.admin("/readyz").status() == 200);
    }
}
