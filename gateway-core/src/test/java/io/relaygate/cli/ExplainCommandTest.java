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
        Files.createDirectory(folder.resolve("plugins"));
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
                  nobody is asked for a certificate
                  route orders is for it
                  route orders allows it, and takes it to destination sql
                """.formatted(folder));
    }

    @Test
    void saysWhatRefusesAtTheEdge() {
        assertThat(explain("--from", "203.0.113.66", "--sni", "orders.example")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: the source is in a network that the entry point denies
                  decided by entryPoints.web.sources
                """);
        assertThat(explain("--from", "198.51.100.1", "--sni", "orders.example")).isEqualTo(1);
        assertThat(cli.out()).endsWith("""
                  REFUSED, NOT_ALLOWED: the source is in no network that the route allows
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
                  REFUSED, NOT_ALLOWED: the source is in no network that the route allows
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

    @Test
    void refusesAQuestionThatMakesNoSense() {
        assertThat(cli.run("explain", "-c", "edge.yaml", "--entry-point", "wbe")).isEqualTo(2);
        assertThat(cli.err()).contains("edge.yaml: there is no entry point 'wbe'; there are web");
        assertThat(explain("--from", "example.com")).isEqualTo(2);
        assertThat(cli.err()).contains("--from is an address such as 203.0.113.9, not 'example.com'");
        assertThat(cli.run("explain", "-c", "edge.yaml")).isEqualTo(2);
    }
}
