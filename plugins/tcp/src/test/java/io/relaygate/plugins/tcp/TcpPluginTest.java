package io.relaygate.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RouteContext;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class TcpPluginTest {

    private record Route(String route, boolean namesDestination) implements RouteContext {}

    private static ProtocolHandler handler() {
        return new TcpProtocol().open(new TcpSettings(), new Route("orders", true));
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
    void forwardsToTheDestinationOfTheRoute() throws IOException {
        FakeSession session = FakeSession.to("sql-a");
        try (ProtocolHandler handler = handler()) {
            handler.handle(session);
        }

        assertThat(session.forwarded).containsExactly(new DestinationName(null, "sql-a"));
    }

    @Test
    void forwardsEverySessionToItsOwnDestination() throws IOException {
        FakeSession oslo = FakeSession.to("oslo/orders");
        FakeSession lima = FakeSession.to("lima/orders");
        try (ProtocolHandler handler = handler()) {
            handler.handle(oslo);
            handler.handle(lima);
        }

        assertThat(oslo.forwarded).containsExactly(new DestinationName("oslo", "orders"));
        assertThat(lima.forwarded).containsExactly(new DestinationName("lima", "orders"));
    }

    @Test
    void letsARefusalAndABrokenConnectionPass() {
        RefusedException refusal = new RefusedException(RefusedException.Reason.UNREACHABLE, "no address answered");
        SocketException broken = new SocketException("Connection reset");
        try (ProtocolHandler handler = handler()) {
            assertThatThrownBy(() -> handler.handle(FakeSession.failing("sql-a", refusal))).isSameAs(refusal);
            assertThatThrownBy(() -> handler.handle(FakeSession.failing("sql-a", broken))).isSameAs(broken);
        }
    }

    @Test
    void refusesARouteThatNamesNoDestination() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TcpProtocol().open(new TcpSettings(), new Route("orders", false)))
                .withMessage("tcp needs `to:`, the destination of its sessions");
    }
}
