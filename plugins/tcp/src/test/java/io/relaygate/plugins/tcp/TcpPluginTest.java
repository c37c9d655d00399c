package io.relaygate.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.SessionEnding;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class TcpPluginTest {

    private static void talk(TestSession session) {
        session.client().sends("question");
        Peer orders = session.destination("orders").receives("question").sends("answer");
        session.client().receives("answer").finishes();
        orders.seesTheEnd().sends("rest").finishes();
        session.client().receives("rest").seesTheEnd();
    }

    @Test
    void bringsTheProtocolTcpAlone() {
        try (GatewayPlugin plugin = new TcpPlugin()) {
            plugin.start();

            assertThat(plugin.protocols()).singleElement().satisfies(protocol -> {
                assertThat(protocol.name()).isEqualTo("tcp");
                assertThat(protocol.settings()).isEqualTo(TcpSettings.class);
            });
        }
    }

    @Test
    void carriesBytesAndEndsAndBreaksAtEveryPlace() {
        try (TestRoute route = TestRoute.with(new TcpProtocol()).to("orders").open()) {
            route.atEveryCut(TcpPluginTest::talk);
        }
    }

    @Test
    void destinationMaySpeakFirst() {
        try (TestRoute route = TestRoute.with(new TcpProtocol()).to("orders").open()) {
            TestSession session = route.connect();
            session.destination("orders").sends("welcome").finishes();
            session.client().receives("welcome").seesTheEnd().finishes();
            assertThat(session.ending().how()).isEqualTo("DESTINATION_DONE");
        }
    }

    @Test
    void letsARefusalPass() {
        try (TestRoute route = TestRoute.with(new TcpProtocol()).to("orders").unreachable("orders").open()) {
            TestSession session = route.connect();
            session.client().seesAReset();
            SessionEnding ending = session.ending();
            assertThat(ending.how()).isEqualTo("REFUSED");
            assertThat(ending.reason()).isEqualTo(Reason.UNREACHABLE);
        }
    }

    @Test
    void refusesARouteThatNamesNoDestination() {
        assertThat(TestRoute.with(new TcpProtocol()).problems())
                .singleElement()
                .asString()
                .endsWith("tcp needs `to:`, the destination of its sessions");
    }

    @Test
    void leavesMemoryWhenItIsReplaced(@TempDir Path folder) {
        Reloads.of(PluginJar.of(TcpPlugin.class, folder), "tcp", route -> route.to("orders"), TcpPluginTest::talk);
    }
}
