package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.config.ConfigException;
import io.relaygate.entrypoint.EntryPointSettings;
import io.relaygate.route.RouteSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardsTest {

    private static final String SITE = """
            relay: { hybridConnections: { demo: {} } }
            sites: { oslo: { namespaces: [ embedded ], hybridConnection: demo, services: [ sql, ssh ] } }
            """;

    @TempDir
    Path folder;

    private GatewayConfig load(String text) throws IOException, ConfigException {
        return GatewayConfig.load(Files.writeString(folder.resolve("a.yaml"), text), TestProtocol.all());
    }

    @Test
    void areShortForAnEntryPointAndAnOpenRoute() throws Exception {
        GatewayConfig brief = load(SITE + """
                forwards:
                  sql: { listen: "127.0.0.1:1433", to: oslo/sql }
                  ssh: { listen: "unix:/run/ssh.sock", to: oslo/ssh }
                """);
        assertThat(Preview.of(brief.file()).needs()).isEqualTo(Map.of("tcp", List.of("forward sql", "forward ssh")));
        GatewayConfig whole = load(SITE + """
                entryPoints: { sql: { listen: "127.0.0.1:1433" }, ssh: { listen: "unix:/run/ssh.sock" } }
                routes:
                  - { name: sql, from: sql, to: oslo/sql, open: true }
                  - { name: ssh, from: ssh, to: oslo/ssh, open: true }
                """);
        assertThat(brief.settings().entryPoints()).isEqualTo(whole.settings().entryPoints()).hasSize(2);
        assertThat(brief.settings().routes()).isEqualTo(whole.settings().routes()).hasSize(2);
        assertThat(brief.routes()).hasSize(2);
        assertThat(MemoryUse.of(brief)).isEqualTo(MemoryUse.of(whole));
    }

    @Test
    void standBesideEntryPointsAndRoutesWhichComeFirst() throws Exception {
        GatewayConfig config = load(SITE + """
                forwards: { sql: { listen: "127.0.0.1:1433", to: oslo/sql } }
                entryPoints: { in: { listen: "127.0.0.1:2222" } }
                routes:
                  - { name: in, from: in, to: oslo/ssh, open: true }
                  - { name: named, from: sql, when: { sni: "ssh.contoso.com" }, to: oslo/ssh, open: true }
                """);
        assertThat(config.settings().entryPoints().keySet()).containsExactly("in", "sql");
        assertThat(config.routes().stream().map(route -> route.settings().name())).containsExactly("in", "named", "sql");
    }

    @Test
    void anEntryPointThatIsMadeIsAsOneThatIsWritten() throws Exception {
        EntryPointSettings written = Objects.requireNonNull(load(SITE + """
                entryPoints: { sql: { listen: "127.0.0.1:1433" } }
                routes: [ { name: sql, from: sql, to: oslo/sql, open: true } ]
                """).settings().entryPoints().get("sql"));
        assertThat(EntryPointSettings.at(Objects.requireNonNull(written.listen()))).isEqualTo(written);
        assertThat(RouteSettings.USUAL_PROTOCOL).isEqualTo("tcp");
    }
}
