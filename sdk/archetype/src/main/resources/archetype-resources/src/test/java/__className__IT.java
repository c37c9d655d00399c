package ${package};

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.TestGateways;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftBehind.class)
class ${className}IT {

    @Test
    void jarCarriesAClientThroughEdgeRelayAndSite() throws IOException {
        try (ServerSocket far = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestGateways gateways = TestGateways.around(
                        PluginJar.built(), "protocol: ${protocol}\nto: far\nopen: true", Map.of("far", "127.0.0.1:" + far.getLocalPort()));
                Socket client = gateways.connect()) {
            client.getOutputStream().write("hello ann\n".getBytes(US_ASCII));
            try (Socket served = far.accept()) {
                assertEquals("hello ann\n", new String(served.getInputStream().readNBytes(10), US_ASCII));
                served.getOutputStream().write("welcome".getBytes(US_ASCII));
            }
            assertEquals("welcome", new String(client.getInputStream().readAllBytes(), US_ASCII));
        }
    }

    @Test
    void jarLeavesMemoryWhenItIsReplaced() {
        Reloads.of(PluginJar.built(), "${protocol}", route -> route.to("far"), session -> {
            session.client().sends("hello ann\n");
            session.destination("far").receives("hello ann\n");
        });
    }
}
