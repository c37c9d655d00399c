package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.config.ConfigException;
import io.relaygate.net.GatewayKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteWayTest {

    private static final String RELAY = """
            namespaces: { weu: { endpoint: "sb://relay.contoso.com/", credential: { sasKeyName: send, sasKey: "${file:send.key}" } } }
            relay: { hybridConnections: { site-oslo: {}, near: {} } }
            """;

    @TempDir
    Path folder;

    private SiteWay in(String text, String site, String service) throws IOException, ConfigException {
        Files.writeString(folder.resolve("send.key"), "key");
        return SiteWay.in(Files.writeString(folder.resolve("a.yaml"), text), site, service);
    }

    @Test
    void takesASiteWithItsDefaultsAndItsNamespacesAlone() throws Exception {
        SiteWay way = in(RELAY + """
                siteDefaults: { namespaces: [ embedded, weu ], hybridConnection: "site-{site}", services: [ sql ], connectTimeout: 3s }
                sites: { oslo: {} }
                tunnel: { lanes: 3, hold: 10s }
                """, "oslo", "sql");
        assertThat(way.settings().hybridConnection()).isEqualTo("site-oslo");
        assertThat(way.settings().namespaces()).as("the relay of another process is out of reach").containsExactly("weu");
        assertThat(way.namespaces()).containsOnlyKeys("weu");
        assertThat(way.keyFile()).isNull();
        assertThat(way.tunnel().lanes()).isEqualTo(3);
        assertThat(way.narrow().tunnel().lanes()).as("for one session").isEqualTo(1);
        assertThat(way.narrow().tunnel().hold()).isEqualTo(way.tunnel().hold());
    }

    @Test
    void looksAtNothingElse() throws Exception {
        String site = "sites: { oslo: { namespaces: [ weu ], hybridConnection: h, services: [ sql ] } }\n";
        assertThat(in(RELAY + site, "oslo", "sql").service()).isEqualTo("sql");
        String served = site + """
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: a, from: in, protocol: of-a-plugin, open: true } ]
                forwards: { sql: { listen: "127.0.0.1:1433", to: oslo/sql } }
                """;
        assertThat(in(RELAY + served, "oslo", "sql").service()).isEqualTo("sql");
    }

    @Test
    void provesItselfToASiteThatIsKnownByItsKey() throws Exception {
        String pin = GatewayKey.make(folder.resolve("own.pem")).pin().text();
        SiteWay way = in(RELAY + "identity: own.pem\nsites: { oslo: { namespaces: [ weu ], hybridConnection: h, services: [ sql ], pins: [ \"" + pin + "\" ] } }\n",
                "oslo", "sql");
        assertThat(way.keyFile()).isEqualTo(folder.resolve("own.pem"));
        assertThat(way.settings().isSealed()).isTrue();
    }

    @Test
    void namesWhatThereIs() {
        String sites = """
                sites:
                  oslo: { namespaces: [ weu ], hybridConnection: h, services: [ sql, ssh ] }
                  near: { namespaces: [ embedded ], hybridConnection: near, services: [ sql ] }
                """;
        refuses(RELAY + sites, "olso", "sql", "the configuration has no site 'olso'; did you mean 'oslo'?");
        refuses(RELAY + sites, "oslo", "sqk", "site 'oslo' offers no service 'sqk'; did you mean 'sql'?");
        refuses(RELAY + sites, "near", "sql", "site 'near' is reached over the relay in the gateway's own process; for another process give it a"
                + " namespace with the relay's address");
        refuses("site: oslo\n", "oslo", "sql", "the configuration has no `sites:`");
    }

    private void refuses(String text, String site, String service, String message) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> in(text, site, service)).withMessage(message);
    }

    @Test
    void listsAllThatIsWrong() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> in("""
                        namespaces: { weu: { endpoint: "https://relay" } }
                        sites: { oslo: { namespaces: [ weu ], services: [ sql ] } }
                        """, "oslo", "sql"))
                .satisfies(e -> assertThat(e.problems().stream().map(problem -> problem.path()))
                        .contains("namespaces.weu.endpoint", "namespaces.weu.credential", "sites.oslo.hybridConnection"));
    }
}
