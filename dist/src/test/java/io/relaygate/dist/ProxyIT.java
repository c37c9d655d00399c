package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.kdc.Kdc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An edge and a site that reach their relay through squid alone, which wants a login and knows the relay's name, which nobody else does.
 * The edge shows a Kerberos ticket that kinit has left, and the site a password. On the site's way squid reads TLS. A second namespace has no relay at first.
 */
@Timeout(240)
@ExtendWith(NothingLeftBehind.class)
class ProxyIT {

    private static Path folder;
    private static TestServer echo;
    private static Kdc kdc;
    private static Squid squid;
    private static RelayGateProcess relay;
    private static RelayGateProcess site;
    private static RelayGateProcess edge;
    private static int latePort;

    @BeforeAll
    static void start() throws IOException {
        Squid.require();
        folder = Folders.fresh("proxy");
        Folders.write(folder.resolve("proxy.password"), Squid.PASSWORD + "\n");
        Folders.write(folder.resolve("edge.key"), ThreeProcesses.EDGE_KEY);
        Folders.write(folder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Programs.in(folder).bash("""
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 -subj '/CN=Relay CA' \\
                    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout relay.key -out relay.csr -subj '/CN=relay'
                echo "subjectAltName=DNS:$1" > san
                openssl x509 -req -in relay.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile san -out relay.pem
                chmod 600 *.key *.password
                """, Squid.HOST).orFail();
        echo = TestServer.echo();
        kdc = Kdc.start(Folders.create(folder.resolve("kdc")).toAbsolutePath());
        kdc.kinit(folder.resolve("tickets").toAbsolutePath());
        squid = Squid.start(folder.resolve("ca.pem"), kdc);
        latePort = FreePort.find();
        relay = relay("relay", FreePort.find()).ready();
        site = RelayGateProcess.start(Folders.create(folder.resolve("site")), "run", """
                site: oslo
                tunnel: { silence: 2s }
                entryPoints: { hub: { namespaces: [own, late], hybridConnection: site-oslo } }
                routes: [ { name: echo, from: hub, service: echo, to: echo, open: true } ]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(echo.address()) + outside("site", true), Map.of("RELAYGATE_JAVA_OPTS", classes("site")));
        // The edge is told of its proxy by the environment.
        edge = RelayGateProcess.start(Folders.create(folder.resolve("edge")), "run", """
                tunnel: { silence: 2s }
                sites: { oslo: { namespaces: [late, own], hybridConnection: site-oslo, services: [echo] } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: in, from: in, to: oslo/echo, open: true } ]
                """ + namespaces("edge", true), Map.of("RELAYGATE_JAVA_OPTS", classes("edge"),
                "HTTPS_PROXY", squid.named().replace("//", "//:@"), "NO_PROXY", "nowhere.example",
                "KRB5_CONFIG", kdc.krb5Conf().toString(), "KRB5CCNAME", "FILE:" + folder.resolve("tickets").toAbsolutePath()));
        site.ready();
        edge.ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(edge, site, relay, squid, kdc, echo);
    }

    /** Options that have a process tell which classes it loads. */
    private static String classes(String name) {
        return "-XX:TieredStopAtLevel=1 -Xlog:class+load:file=" + folder.resolve(name + ".classes").toAbsolutePath() + "::filecount=0";
    }

    private static RelayGateProcess relay(String name, int port) {
        return RelayGateProcess.start(Folders.create(folder.resolve(name)), "relay", """
                relay:
                  { listen: "127.0.0.1:%1$d", hosts: [%2$s], tls: { certificate: %3$s/relay.pem, key: %3$s/relay.key }, hybridConnections: {
                      site-oslo: { keys: { edge: { rights: [send], primary: "${file:%3$s/edge.key}" }, site: { rights: [listen], primary: "${file:%3$s/site.key}" } } } } }
                """.formatted(port, Squid.HOST, folder), Product.BRIEFLY);
    }

    /** Both namespaces, trusting the relay's own authority or the system's alone. */
    private static String namespaces(String key, boolean trusting) {
        String all = "{ endpoint: \"sb://" + Squid.HOST + ":%d/\"" + (trusting ? ", caFile: " + folder.resolve("ca.pem") : "") + ", credential: { sasKeyName: " + key
                + ", sasKey: \"${file:" + folder.resolve(key + ".key") + "}\" } }";
        return "namespaces:\n  own: " + all.formatted(relay.port("relay")) + "\n  late: " + all.formatted(latePort) + "\n";
    }

    /** The namespaces, and the port of squid that reads TLS. */
    private static String outside(String key, boolean trusting) {
        return namespaces(key, false) + "outboundProxy: { url: \"" + squid.inspecting() + "\", username: gateway, password: \"${file:" + folder.resolve("proxy.password") + "}\""
                + (trusting ? ", caFile: " + squid.authority() : "") + " }\n";
    }

    private static String doctor(String name, String yaml) {
        Path file = Folders.write(folder.resolve(name + ".yaml"), yaml + """
                entryPoints: { hub: { namespaces: [own, late], hybridConnection: site-oslo } }
                routes: [ { name: echo, from: hub, service: echo, to: echo, open: true } ]
                destinations: { echo: { addresses: ["%s"] } }
                """.formatted(echo.address()));
        Programs.Ended ended = Programs.in(folder).with("RELAYGATE_JAVA_OPTS", "-XX:TieredStopAtLevel=1")
                .with("KRB5_CONFIG", kdc.krb5Conf().toString()).with("KRB5CCNAME", "FILE:" + folder.resolve("no-tickets"))
                .start(Product.command("doctor", "-c", file.toString()));
        assertThat(ended.out() + ended.err()).doesNotContain(Squid.PASSWORD);
        return ended.out();
    }

    @Test
    void sessionsGoThroughAProxyThatWantsALoginAndOneThatReadsTls() throws IOException {
        try (TestClient client = TestClient.connect(edge.port("in"))) {
            client.exchange(100_000);
            assertThat(client.finish()).isEmpty();
        }
        assertThat(squid.log()).as("squid has read what the site said").containsPattern("GET https://relay\\.corp\\.test:" + relay.port("relay") + "/\\$hc/site-oslo");
        assertThat(site.child().told()).contains("as `outboundProxy.url` says").contains(squid.inspecting());
        assertThat(edge.child().told()).contains(squid.named() + " by Kerberos with the tickets in ", "as HTTPS_PROXY says").doesNotContain("Negotiate ");
        assertThat(squid.log()).as("who has shown a ticket").contains("CONNECT relay.corp.test:" + relay.port("relay") + " ada@CORP.TEST ");
        String ok = doctor("good", outside("site", true));
        assertThat(ok).contains("ok    outboundProxy, " + squid.inspecting() + " as 'gateway' by HTTP Basic, as `outboundProxy.url` says: is there, at 127.0.0.1:")
                .contains("ok    namespaces.own, relay.corp.test:" + relay.port("relay") + " through the proxy: TLS, by CN=Corp inspection");
    }

    @Test
    void kerberosOpensTheProxyWithAKeytabTooAndIsLoadedWhereItIsUsedAlone() {
        kdc.add("svc");
        String kerberos = namespaces("site", true) + "outboundProxy: { url: \"" + squid.named() + "\", negotiate: true";
        Path keytab = kdc.keytab("svc", folder.resolve("svc.keytab").toAbsolutePath());
        assertThat(doctor("keytab", kerberos + ", principal: svc@CORP.TEST, keytab: " + keytab + " }\n"))
                .contains("ok    outboundProxy, " + squid.named() + " by Kerberos as svc@CORP.TEST with its keytab " + keytab + ", as")
                .contains("ok    outboundProxy, login: there is a ticket of svc@CORP.TEST for HTTP/localhost")
                .contains("ok    namespaces.own, relay.corp.test:" + relay.port("relay") + " through the proxy: TLS, by CN=Relay CA");
        assertThat(doctor("ticketless", kerberos + " }\n"))
                .contains("FAIL  outboundProxy, login: there is no Kerberos ticket: no file ", "what to do: run `kinit` as the account of this process")
                .contains("FAIL  namespaces.own, relay.corp.test:" + relay.port("relay") + " through the proxy: the proxy " + squid.named() + ": there is no Kerberos");
        assertThat(Folders.text(folder.resolve("edge.classes"))).contains("org.ietf.jgss.", "sun.security.krb5.");
        assertThat(Folders.text(folder.resolve("site.classes"))).contains("io.relaygate.net.BasicLogin")
                .doesNotContain("org.ietf.jgss.", "sun.security.krb5.", "sun.security.jgss.krb5.", "io.relaygate.net.Kerberos");
    }

    @Test
    void doctorTellsWhatIsWrongWithTheProxy() {
        assertThat(doctor("stranger", outside("site", false))).contains("FAIL  namespaces.own").contains("CN=Corp inspection").contains("with `outboundProxy.caFile:`");
        assertThat(doctor("nobody", namespaces("site", true) + "outboundProxy: { url: \"" + squid.plain() + "\" }\n"))
                .contains("FAIL  namespaces.own").contains("wants a login (407 Proxy Authentication Required); what to do: give `outboundProxy.username`");
        assertThat(doctor("around", namespaces("site", true) + "outboundProxy: { url: \"" + squid.plain() + "\", noProxy: [.corp.test] }\n"))
                .contains("FAIL  namespaces.own, DNS: the name relay.corp.test has no address");
    }

    @Test
    void aNamespaceThatIsDownAtTheStartIsUsedWhenItComes() throws IOException {
        try (TestClient client = TestClient.connect(edge.port("in"))) {
            client.exchange(1000);
        }
        assertThat(site.admin("/readyz").status()).isEqualTo(200);
        assertThat(site.admin("/status").body()).contains("late", "connecting: 503");
        assertThat(edge.admin("/status").body()).contains("relay late: the proxy " + squid.named() + " cannot reach " + Squid.HOST + ":" + latePort + " itself (503");
        double before = site.metric("relaygate_relay_control_channels");
        try (RelayGateProcess late = relay("late", latePort).ready()) {
            Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(90)).failFast("it ended", () -> !late.child().alive())
                    .until(() -> site.metric("relaygate_relay_control_channels") > before);
            relay.child().signal("KILL");
            relay.child().exitCode(Duration.ofSeconds(10));
            awaitSession();
            relay.startAgain();
            relay.bound();
        }
        awaitSession();
    }

    private static void awaitSession() {
        Awaitility.await().pollInterval(Duration.ofMillis(100)).atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
            try (TestClient client = TestClient.connect(edge.port("in"))) {
                client.exchange(1000);
                return true;
            }
        });
    }
}
