package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.RelayUse.Dialling;
import io.relaygate.RelayUse.Listening;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayUseTest {

    @TempDir
    Path folder;

    private RelayUse use(String more) throws Exception {
        Files.writeString(folder.resolve("key"), "secret");
        return RelayUse.of(GatewayConfig.load(Files.writeString(folder.resolve("a.yaml"), """
                relay: { listen: "127.0.0.1:0", hybridConnections: { site-oslo: {} } }
                namespaces:
                  weu: { endpoint: "sb://contoso.servicebus.windows.net/", credential: { sasKeyName: a, sasKey: "${file:key}" } }
                  again: { endpoint: "sb://CONTOSO.servicebus.windows.net/", credential: { sasKeyName: a, sasKey: "${file:key}" } }
                  own: { endpoint: "sb://localhost:9443/", credential: { sasKeyName: a, sasKey: "${file:key}" } }
                """ + more), TestProtocol.all()));
    }

    @Test
    void countsControlChannelsByThePlaceWhereTheyEnd() throws Exception {
        RelayUse use = use("""
                entryPoints:
                  hub: { namespaces: [weu, own, embedded], hybridConnection: site-oslo, controlChannels: 4 }
                  other: { namespaces: [again], hybridConnection: site-oslo, controlChannels: 3 }
                  lima: { namespaces: [weu], hybridConnection: site-lima }
                routes: [ { name: a, from: [hub, other, lima], service: a, to: echo, open: true } ]
                destinations: { echo: { addresses: [ "127.0.0.1:7001" ] } }
                """);
        assertThat(use.hybridConnections())
                .containsExactly(
                        new Listening("weu/site-oslo", true, 7),
                        new Listening("own/site-oslo", false, 4),
                        new Listening("weu/site-lima", true, 2));
        assertThat(use.namespaces()).isEmpty();
    }

    @Test
    void countsTheCarriersThatSitesInTunnelModeMayHave() throws Exception {
        RelayUse use = use("""
                siteDefaults: { namespaces: [weu, own], hybridConnection: "site-{site}", services: [a] }
                sites: { oslo: {}, lima: { namespaces: [again] }, plain: { mode: plain } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: a, from: in, when: { sni: "{site}.contoso.com" }, to: "{site}/a", open: true } ]
                tunnel: { lanes: 3 }
                """);
        assertThat(use.hybridConnections()).isEmpty();
        assertThat(use.namespaces())
                .containsExactly(new Dialling("weu", true, 2, 6), new Dialling("own", false, 1, 3));
    }
}
