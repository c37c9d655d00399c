package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answer goes from the edge to the site, and says at which place of which file somebody is refused. */
class ExplainCommandTest {

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void writesAnEdgeAndASite() throws IOException {
        Files.createDirectories(folder.resolve("plugins"));
        PluginJar.of("tcp", "{}").to(folder.resolve("plugins/tcp.jar"));
        Files.writeString(folder.resolve("edge.yaml"), """
                namespaces: { weu: { endpoint: "sb://localhost/", credential: { sasKeyName: a, sasKey: "${env:PATH}" } } }
                sites: { oslo: { namespaces: [weu], hybridConnection: site-oslo, services: [orders, storage, gone] } }
                entryPoints:
                  web: { listen: "127.0.0.1:0", sources: { deny: [203.0.113.66] } }
                routes:
                  - { name: orders, from: web, when: { sni: orders.example }, to: oslo/orders, allow: { networks: [203.0.113.0/24] } }
                  - { name: gone, from: web, when: { sni: gone.example }, to: oslo/gone, open: true }
                  - { name: storage, from: web, when: { sni: "*.blob.example" }, to: oslo/storage, open: true }
                """);
        Files.writeString(folder.resolve("site.yaml"), """
                namespaces: { weu: { endpoint: "sb://localhost/", credential: { sasKeyName: a, sasKey: "${env:PATH}" } } }
                entryPoints: { hub: { namespaces: [weu], hybridConnection: site-oslo } }
                routes:
                  - { name: orders, from: hub, service: orders, to: sql, open: true }
                  - { name: storage, from: hub, service: storage, to: sql, allow: { networks: [10.0.0.0/8] } }
                destinations: { sql: { addresses: ["sql01:1433"] } }
                """);
        cli = new Cli(folder);
    }

    @Test
    void saysWhatHostsAClientMayName() throws IOException {
        Files.writeString(folder.resolve("edge.yaml"), """
                entryPoints: { web: { listen: "127.0.0.1:1433" } }
                routes: [ { name: jump, from: web, to: jump, open: true } ]
                destinations: { jump: { permit: [ { networks: [10.1.0.0/16, 127.0.0.0/8], ports: [22, 1433] } ] } }
                """);
        assertThat(explain("--asked", "10.1.2.3:22")).as(cli.err()).isZero();
        assertThat(cli.out()).endsWith("  destination jump permits 10.1.2.3:22\n");
        assertThat(explain("--asked", "localhost:22")).as(cli.err()).isZero();
        assertThat(cli.out()).contains("  destination jump permits localhost:22, which is ");
        assertThat(explain("--asked", "10.2.0.1:22")).isEqualTo(1);
        assertThat(cli.out()).contains("{ networks: [10.2.0.1], ports: [22] }").endsWith("decided by destinations.jump.permit\n");
        assertThat(explain("--asked", "127.0.0.1:1433")).isEqualTo(1);
        assertThat(cli.out()).contains("is a port of this gateway");
        assertThat(explain("--asked", "nonsense")).isEqualTo(2);
        assertThat(explain()).isEqualTo(1);
        assertThat(cli.out()).contains("the client must name a host").endsWith("decided by destinations.jump.addresses\n");
        writesAnEdgeAndASite();
        assertThat(explain("--sni", "a.blob.example", "--asked", "10.1.2.3:22")).isEqualTo(1);
        assertThat(cli.out()).contains("service 'oslo/storage' takes no host that a client names").endsWith("decided by routes[storage].to\n");
    }

    @Test
    void takesARequestToAHybridConnectionForAClientThatNamesNothing() throws IOException {
        writesAnEdgeAndASite();
        assertThat(cli.run("explain", "-c", "site.yaml", "--entry-point", "hub", "--from", "10.1.2.3", "--as-request")).isEqualTo(1);
        assertThat(cli.out()).contains("an HTTP request to the hybrid connection is anonymous, and for no service").contains("route orders is not for it: it is for service orders")
                .contains("REFUSED, NOT_FOUND");
        Files.writeString(folder.resolve("site.yaml"), Files.readString(folder.resolve("site.yaml")).replace("hybridConnection: site-oslo", "hybridConnection: site-oslo, service: orders"));
        assertThat(cli.run("explain", "-c", "site.yaml", "--entry-point", "hub", "--from", "10.1.2.3", "--as-request")).isEqualTo(1);
        assertThat(cli.out()).contains("and for service orders")
                .contains("REFUSED, UNREACHABLE: route 'orders' takes connections, and no HTTP requests: its protocol 'tcp' does not speak http/1.1")
                .endsWith("decided by routes[orders].protocol\n");
        assertThat(cli.run("explain", "-c", "site.yaml", "--entry-point", "hub", "--as-request", "--service", "orders")).isEqualTo(2);
        assertThat(cli.err()).contains("--as-request excludes");
        assertThat(cli.run("explain", "-c", "edge.yaml", "--entry-point", "web", "--as-request")).isEqualTo(2);
        assertThat(cli.err()).contains("entry point 'web' is a port, and HTTP requests come to hybrid connections only");
    }

    @Test
    void saysThatAProtocolDoesNotSayWhatBecomesOfARequest() throws IOException {
        Files.writeString(folder.resolve("edge.yaml"), """
                entryPoints: { web: { listen: "127.0.0.1:0" } }
                routes: [ { name: web, from: web, to: web, open: true } ]
                destinations: { web: { addresses: ["127.0.0.1:80"] } }
                """);
        assertThat(explain("--request", "GET https://shop.example/")).as(cli.err()).isZero();
        assertThat(cli.out()).endsWith("  protocol tcp does not say what becomes of a request\n");
    }

    @Test
    void saysWhatBecomesOfAClientAtAnotherTimeAndWithOtherProtocolsInItsTls() throws IOException {
        Files.writeString(folder.resolve("edge.yaml"), """
                entryPoints: { web: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: h2, from: web, when: { alpn: [h2] }, to: web, allow: { times: ["mon-fri 08:00-16:00 Europe/Oslo"] } }
                  - { name: other, from: web, to: web, open: true }
                destinations: { web: { addresses: ["127.0.0.1:80"] } }
                """);
        assertThat(explain("--sni", "a.example", "--alpn", "http/1.1", "--alpn", "h2", "--at", "2027-01-29T07:00:00Z")).as(cli.err()).isZero();
        assertThat(cli.out()).contains("route h2 allows it");
        assertThat(explain("--sni", "a.example", "--alpn", "h2", "--at", "2027-01-29T07:59:00+01:00")).isEqualTo(1);
        assertThat(cli.out()).contains("now is no time at which the route allows anybody (routes[h2].allow.times)");
        assertThat(explain("--sni", "a.example", "--alpn", "http/1.1")).isZero();
        assertThat(cli.out()).contains("route h2 is not for it: it is for application protocol h2", "route other allows it");
        assertThat(explain("--at", "tomorrow")).isEqualTo(2);
        assertThat(cli.err()).contains("--at is a time such as 2027-01-31T08:00:00Z, not 'tomorrow'");
    }

    private int explain(String... more) {
        String[] all = new String[more.length + 5];
        System.arraycopy(new String[] {"explain", "-c", "edge.yaml", "--entry-point", "web"}, 0, all, 0, 5);
        System.arraycopy(more, 0, all, 5, more.length);
        return cli.run(all);
    }

    @Test
    void goesFromTheEdgeToTheSite() {
        assertThat(explain("--from", "203.0.113.9", "--sni", "orders.example", "--site-config", "site.yaml")).as(cli.err()).isZero();
        assertThat(cli.out()).isEqualTo("""
                %1$s/edge.yaml:
                  entry point web takes clients from 203.0.113.9
                  nobody is asked for a certificate
                  route orders is for it
                  route orders allows it, and takes it to service orders at site oslo
                %1$s/site.yaml:
                  entry point hub takes clients from everywhere
                  no edge proves who it is: the caller is anonymous
                  route orders is for it
                  route orders allows it, and takes it to destination sql
                """.formatted(folder));
    }

    @Test
    void saysWhatRefusesAtTheEdge() {
        assertThat(explain("--from", "203.0.113.66", "--sni", "orders.example")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: the source is in a network that the entry point denies (sources.deny)
                  decided by entryPoints.web.sources
                """);
        assertThat(explain("--from", "198.51.100.1", "--sni", "orders.example")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: the source is in no network that the route allows (routes[orders].allow.networks)
                  decided by routes[orders].allow
                """);
        assertThat(explain("--from", "198.51.100.1", "--sni", "other.example")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  route orders is not for it: it is for server name orders.example
                  route gone is not for it: it is for server name gone.example
                  route storage is not for it: it is for server name *.blob.example
                  REFUSED, NOT_FOUND: no route of entry point 'web' takes this connection
                  decided by routes
                """);
    }

    @Test
    void saysWhatRefusesAtTheSite() {
        assertThat(explain("--sni", "a.blob.example", "--site-config", "site.yaml")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: the source is in no network that the route allows (routes[storage].allow.networks)
                  decided by routes[storage].allow
                """);
        assertThat(explain("--sni", "a.blob.example", "--site-config", "site.yaml", "--edge", "10.1.2.3")).isZero();
        assertThat(explain("--sni", "gone.example", "--site-config", "site.yaml")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_FOUND: no route takes service 'gone'
                  decided by routes
                """);
        assertThat(explain("--sni", "gone.example")).isZero();
        assertThat(cli.out()).endsWith("what the site makes of it says --site-config FILE\n");
    }

    private void seal(String edgePins, String sitePins) throws IOException {
        Path edge = folder.resolve("edge.yaml");
        Files.writeString(edge, "identity: edge.pem\n" + Files.readString(edge)
                .replace("services: [orders, storage, gone] }", "services: [orders, storage, gone], pins: [\"" + sitePins + "\"] }"));
        Path site = folder.resolve("site.yaml");
        Files.writeString(site, "identity: site.pem\nsenders: { weu: { pins: [\"" + edgePins
                + "\"], mayAssert: { callers: [\"*@contoso.com\"], groups: [ops], networks: [10.0.0.0/8] } } }\n"
                + Files.readString(site));
    }

    private String pin(String name) {
        assertThat(cli.run("identity", "--key", name + ".pem")).as(cli.err()).isZero();
        return cli.out().lines().toList().getLast();
    }

    @Test
    void saysAsWhomAnEdgeIsKnownAtTheSiteAndWhatItIsBelieved() throws IOException {
        seal(pin("edge"), pin("site"));
        assertThat(explain("--from", "10.1.2.3", "--sni", "a.blob.example", "--site-config", "site.yaml")).as(cli.err()).isZero();
        assertThat(cli.out()).endsWith("""
                  entry point hub takes clients from everywhere
                  sender weu proves who it is, and is believed nothing of who calls from 10.1.2.3
                  route orders is not for it: it is for service orders
                  route storage is for it
                  route storage allows it, and takes it to destination sql
                """);
        assertThat(explain("--from", "203.0.113.9", "--sni", "a.blob.example", "--site-config", "site.yaml")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: sender weu may not assert address 203.0.113.9: senders.weu.mayAssert.networks
                  decided by senders.weu.mayAssert
                """);
        assertThat(cli.run("explain", "-c", "site.yaml", "--entry-point", "hub", "--service", "storage", "--sender", "weu", "--caller",
                        "alice@contoso.com", "--group", "ops", "--from", "10.1.2.3"))
                .isZero();
        assertThat(cli.out()).contains("sender weu proves who it is, and is believed that alice@contoso.com calls from 10.1.2.3\n");
        assertThat(cli.run("explain", "-c", "site.yaml", "--entry-point", "hub", "--service", "storage", "--from", "10.1.2.3")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: entry point hub takes sealed carriers of edges that it knows only
                  decided by senders
                """);
    }

    @Test
    void saysWhichKeyIsNotPinned() throws IOException {
        String stranger = pin("stranger");
        String edge = pin("edge");
        String site = pin("site");
        seal(stranger, site);
        assertThat(explain("--sni", "a.blob.example", "--site-config", "site.yaml")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: the edge has the key %s, which no sender has here
                  decided by senders
                """.formatted(edge));
        writesAnEdgeAndASite();
        seal(edge, stranger);
        assertThat(explain("--sni", "a.blob.example", "--site-config", "site.yaml")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: site oslo has the key %s, which is not pinned at the edge
                  decided by sites.oslo.pins of the edge
                """.formatted(site));
    }

    @Test
    void refusesAQuestionThatMakesNoSense() {
        assertThat(cli.run("explain", "-c", "edge.yaml", "--entry-point", "wbe")).isEqualTo(2);
        assertThat(cli.err()).contains("edge.yaml: there is no entry point 'wbe'; there are web");
        assertThat(explain("--from", "example.com")).isEqualTo(2);
        assertThat(cli.err()).contains("--from is an address such as 203.0.113.9, not 'example.com'");
        assertThat(cli.run("explain", "-c", "edge.yaml")).isEqualTo(2);
    }
}
