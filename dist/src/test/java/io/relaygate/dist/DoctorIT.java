package io.relaygate.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Set-ups that are broken in ways of which people complain, each named by {@code relaygate doctor}, and one that is well. */
@ExtendWith(NothingLeftBehind.class)
class DoctorIT {

    private static final Duration OFF = Duration.ofMinutes(20);

    private static Path folder;
    private static TestServer echo;
    private static RelayGateProcess gateway;
    private static TimeServer expired;
    private static TimeServer late;

    /** One gateway is the relay, and the site behind it. */
    @BeforeAll
    static void start() throws GeneralSecurityException, IOException {
        folder = Folders.fresh("doctor");
        echo = TestServer.echo();
        certificates();
        expired = TimeServer.start(folder.resolve("old.p12"), Duration.ZERO);
        late = TimeServer.start(folder.resolve("now.p12"), OFF);
        Path own = Folders.create(folder.resolve("gateway"));
        for (String key : List.of("send", "listen")) {
            Folders.write(own.resolve(key + ".key"), key + "-key-0123456789");
            Folders.write(folder.resolve(key + ".key"), key + "-key-0123456789");
        }
        gateway = RelayGateProcess.start(own, "run", """
                relay:
                  listen: "127.0.0.1:0"
                  keys: { send: { rights: [send], primary: "${file:send.key}" }, listen: { rights: [listen], primary: "${file:listen.key}" } }
                  hybridConnections: { hub: {}, empty: {} }
                entryPoints: { hub: { namespaces: [embedded], hybridConnection: hub } }
                routes: [ { name: echo, from: hub, service: echo, to: echo, open: true } ]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(echo.address())).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, late, expired, echo);
    }

    /** One that was issued years ago, and one of now, by an authority of its own. */
    private static void certificates() {
        String all = folder.resolve("all.p12").toString();
        keytool(all, "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=Own CA", "-ext", "bc:c");
        keytool(all, "-exportcert", "-alias", "ca", "-rfc", "-file", folder.resolve("ca.pem").toString());
        for (String alias : List.of("old", "now")) {
            keytool(all, "-genkeypair", "-alias", alias, "-signer", "ca", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=relay", "-ext",
                    "san=dns:localhost", "-startdate", alias.equals("old") ? "-1000d" : "-1d", "-validity", "30");
            keytool(folder.resolve(alias + ".p12").toString(), "-importkeystore", "-srckeystore", all, "-srcstorepass", "changeit", "-srcalias", alias);
        }
    }

    private static void keytool(String store, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        command.addAll(arguments[0].equals("-importkeystore")
                ? List.of("-destkeystore", store, "-deststorepass", "changeit")
                : List.of("-keystore", store, "-storepass", "changeit"));
        Programs.in(folder).start(command).orFail();
    }

    /** Answers every question that nobody listens, and tells a time. */
    private record TimeServer(SSLServerSocket listening, Duration ahead) implements AutoCloseable {

        static TimeServer start(Path store, Duration ahead) throws GeneralSecurityException, IOException {
            SSLServerSocket socket = (SSLServerSocket) Pkcs12.context(store).getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            TimeServer server = new TimeServer(socket, ahead);
            Thread.ofVirtual().start(server::serve);
            return server;
        }

        private void serve() {
            while (!listening.isClosed()) {
                try (Socket client = listening.accept()) {
                    BufferedReader lines = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (line.isEmpty()) {
                            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plus(ahead));
                            client.getOutputStream().write(("HTTP/1.1 404 There are no listeners connected for the endpoint.\r\nDate: " + date
                                    + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
                            break;
                        }
                    }
                } catch (IOException e) {
                    // The client does not like the certificate, or the test is over.
                }
            }
        }

        int port() {
            return listening.getLocalPort();
        }

        @Override
        public void close() {
            try {
                listening.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A namespace of the relay, with a key. */
    private static String relay(String key, String value) {
        return at(gateway.port("relay"), key, value, "caFile: \"" + gateway.state().resolve("relay-ca.pem") + "\", ");
    }

    /** The same with an identity; the relay takes keys alone. */
    private static String identity(String credential) {
        return "{ endpoint: \"sb://localhost:" + gateway.port("relay") + "/\", caFile: \"" + gateway.state().resolve("relay-ca.pem") + "\", credential: { "
                + credential + " } }";
    }

    private static String at(int port, String key, String value, String authority) {
        return "{ endpoint: \"sb://localhost:" + port + "/\", " + authority + "credential: { sasKeyName: " + key + ", sasKey: \"" + value + "\" } }";
    }

    private static Programs.Ended doctor(String name, String yaml, String limit, String... more) {
        Path file = Folders.write(folder.resolve(name + ".yaml"), yaml);
        List<String> arguments = new ArrayList<>(Product.command("doctor", "-c", file.toString()));
        arguments.addAll(List.of(more));
        return Programs.in(folder).with("RELAYGATE_JAVA_OPTS", "-XX:TieredStopAtLevel=1")
                .bash(limit + "exec \"$@\"", arguments.toArray(String[]::new));
    }

    @Test
    void namesEveryThingThatIsBrokenAndSaysWhatToDo() throws IOException {
        Folders.write(folder.resolve("client.secret"), LocalVault.CLIENT_SECRET);
        try (LocalVault azure = new LocalVault()) {
            everyThingThatIsBroken(azure);
        }
    }

    private static void everyThingThatIsBroken(LocalVault azure) {
        String ownAuthority = "caFile: \"" + folder.resolve("ca.pem") + "\", ";
        int refusing = FreePort.find();
        Programs.Ended ended = doctor("broken", """
                stateDir: /proc/relaygate
                namespaces:
                  good: %s
                  dns: { endpoint: "sb://no-such-namespace.invalid/", credential: { sasKeyName: send, sasKey: "${file:send.key}" } }
                  down: %s
                  wrong: %s
                  noright: %s
                  foreign: %s
                  expired: %s
                  late: %s
                  who: %s
                  anon: %s
                siteDefaults: { hybridConnection: hub, services: [x] }
                sites:
                  unknown: { namespaces: [good], hybridConnection: nowhere }
                  nobody: { namespaces: [good], hybridConnection: empty }
                  mode: { namespaces: [good] }
                  dns: { namespaces: [dns] }
                  down: { namespaces: [down] }
                  wrong: { namespaces: [wrong] }
                  noright: { namespaces: [noright] }
                  foreign: { namespaces: [foreign] }
                  expired: { namespaces: [expired] }
                  late: { namespaces: [late] }
                  who: { namespaces: [who] }
                  anon: { namespaces: [anon] }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: in, from: in, when: { sni: "{site}.example" }, to: "{site}/x", open: true }
                  - { name: rest, from: in, to: refused, open: true }
                destinations: { refused: { addresses: ["127.0.0.1:%d"] } }
                """.formatted(
                relay("send", "${file:send.key}"),
                at(FreePort.find(), "send", "${file:send.key}", ""),
                relay("send", "${file:listen.key}"),
                relay("listen", "${file:listen.key}"),
                at(gateway.port("relay"), "send", "${file:send.key}", ""),
                at(expired.port(), "send", "${file:send.key}", ownAuthority),
                at(late.port(), "send", "${file:send.key}", ownAuthority),
                identity(azure.application("client.secret")),
                identity(azure.application("send.key")),
                refusing), "ulimit -n 512; ");
        assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
        assertThat(ended.err()).doesNotContain("\tat ");
        Said said = new Said(ended);
        said.fails("namespaces.dns, DNS", "the name no-such-namespace.invalid has no address");
        said.fails("namespaces.down, 127.0.0.1:", "refused", "a firewall");
        said.fails("sites.wrong, wrong/hub", "InvalidSignature", "compare sasKeyName and sasKey");
        said.fails("sites.noright, noright/hub", "the key may not send", "relaygate relay-keys hub");
        said.fails("namespaces.foreign, 127.0.0.1:", "none of this system's", "namespaces.foreign.caFile");
        said.fails("namespaces.expired, 127.0.0.1:", "the certificate CN=relay has expired", "renew it");
        said.fails("namespaces.late, clock", "s behind the relay's", "NTP");
        assertThat(said.lines("ok    namespaces.who, identity: Microsoft Entra gives a token")).hasSize(1);
        said.fails("sites.who, who/hub", "our credential is refused", "the role `Azure Relay Listener`", "`Azure Relay Sender` for edges");
        said.fails("namespaces.anon, identity", "AADSTS7000215: Invalid client secret provided.", "see `credential:`");
        assertThat(said.lines("skip  sites.anon, anon/hub: not asked, since there is no token to show")).hasSize(1);
        said.fails("sites.unknown, good/nowhere", "does not exist", "relaygate relay-keys nowhere");
        said.fails("sites.nobody, good/empty", "nobody listens", "start the site's gateway");
        said.fails("destinations.refused, 127.0.0.1:" + refusing, "refused", "a firewall");
        said.fails("stateDir", "/proc/relaygate cannot be made", "stateDir:");
        said.fails("open files", "no more than 512", "LimitNOFILE");
        assertThat(said.lines("ok    sites.mode, good/hub: we may send, and a gateway of the site listens")).hasSize(1);
        assertThat(said.lines("skip  sites.dns, dns/hub: ")).hasSize(1);
        // As in the configuration, whoever answered first.
        assertThat(said.lines("FAIL  sites.")).extracting(line -> line.substring("FAIL  sites.".length(), line.indexOf(',')))
                .containsExactly("unknown", "nobody", "wrong", "noright", "late", "who");
    }

    /** What the doctor has printed. */
    private record Said(Programs.Ended ended) {

        List<String> lines(String beginning) {
            return ended.out().lines().filter(line -> line.startsWith(beginning)).toList();
        }

        void fails(String what, String... words) {
            assertThat(lines("FAIL  " + what)).as(ended.toString()).hasSize(1).first().asString().contains(words).contains("; what to do: ");
        }
    }

    @Test
    void namesSecretsThatEverybodyCanRead() {
        Path open = Folders.enterable("doctor");
        try {
            Folders.openToAll(Folders.write(open.resolve("send.key"), "send-key-0123456789"));
            Programs.Ended ended = doctor("open", """
                    namespaces: { good: %s }
                    sites: { oslo: { namespaces: [good], hybridConnection: hub, services: [echo] } }
                    entryPoints: { in: { listen: "127.0.0.1:0" } }
                    routes: [ { name: in, from: in, to: oslo/echo, open: true } ]
                    """.formatted(relay("send", "${file:" + open.resolve("send.key") + "}")), "");
            assertThat(ended.code()).as(ended.toString()).isEqualTo(1);
            new Said(ended).fails(folder.resolve("open.yaml") + ":1:", "every account of this machine can read " + open.resolve("send.key"), "chmod 600");
        } finally {
            Folders.delete(open);
        }
    }

    @Test
    void findsAHealthyEdgeAndAHealthySite() {
        Programs.Ended edge = doctor("edge", """
                namespaces: { good: %s }
                sites: { oslo: { namespaces: [good], hybridConnection: hub, services: [echo] } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: in, from: in, to: oslo/echo, open: true } ]
                """.formatted(relay("send", "${file:send.key}")), "", "--listen");
        assertThat(edge.code()).as(edge.toString()).isZero();
        assertThat(new Said(edge).lines("ok    sites.oslo, good/hub: we may send, and a gateway of the site listens")).as(edge.toString()).hasSize(1);
        assertThat(edge.out()).doesNotContain("may listen too").contains("this machine's clock is right");

        String site = """
                site: oslo
                namespaces: { good: %s }
                entryPoints: { hub: { namespaces: [good], hybridConnection: hub } }
                routes: [ { name: echo, from: hub, service: echo, to: echo, open: true } ]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(relay("listen", "${file:listen.key}"), echo.address());
        Programs.Ended asking = doctor("site", site, "");
        assertThat(asking.code()).as(asking.toString()).isZero();
        assertThat(asking.out()).contains("ok    entryPoints.hub, good/hub: the key is known there and may not send; whether it may listen is asked with --listen")
                .contains("ok    destinations.echo, " + echo.address() + ": connected");
        Programs.Ended listening = doctor("site", site, "", "--listen");
        assertThat(listening.code()).as(listening.toString()).isZero();
        assertThat(listening.out()).contains("ok    entryPoints.hub, good/hub: we may listen");
        assertThat(gateway.child().err()).doesNotContain("WARN").doesNotContain("ERROR");
    }
}
