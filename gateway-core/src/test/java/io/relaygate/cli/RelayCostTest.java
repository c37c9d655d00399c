package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.RelayUse;
import io.relaygate.RelayUse.Dialling;
import io.relaygate.RelayUse.Listening;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayCostTest {

    private static RelayCost of(int controlChannels, int carriers, int gateways) {
        return new RelayCost(
                new RelayUse(
                        List.of(new Listening("weu/site-oslo", true, controlChannels), new Listening("own/hub", false, 1)),
                        List.of(new Dialling("weu", true, 2, carriers), new Dialling("own", false, 1, 1))),
                gateways);
    }

    @Test
    void tellsWhatIsKeptAndWhatAzureBills() {
        assertThat(of(2, 4, 1).lines())
                .containsExactly(
                        "weu/site-oslo: 2 control channels, 1,460 listener-hours a month; of 25 listeners that Azure takes there",
                        "own/hub: 1 control channel",
                        "weu: up to 4 carriers to 2 sites, which make two of the namespace's 5,000 connections each",
                        "own: up to 1 carrier to 1 site");
        assertThat(of(2, 4, 3).lines()).contains("own/hub: 3 control channels of 3 gateways", "own: up to 3 carriers to 1 site");
    }

    @Test
    void warnsFromWhereAzureTakesNoMore() {
        assertThat(of(25, 2500, 1).warnings()).isEmpty();
        assertThat(of(5, 500, 5).warnings()).isEmpty();
        assertThat(of(13, 1251, 2).warnings())
                .containsExactly(
                        "weu/site-oslo: 26 control channels are more than the 25 listeners that Azure takes; lower controlChannels",
                        "weu: 5,004 connections of carriers are more than the 5,000 that Azure takes; lower tunnel.lanes, or"
                                + " divide the sites among namespaces");
    }
}
