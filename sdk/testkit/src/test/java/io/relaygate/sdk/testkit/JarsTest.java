package io.relaygate.sdk.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class JarsTest {

    /** Leaves a thread behind, until it is told to end. */
    public static final class LeakingPlugin implements GatewayPlugin {

        @Override
        public void start() {
            CountDownLatch never = new CountDownLatch(1);
            Thread.ofPlatform().daemon().name("leak").start(() -> {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // The test is over.
                }
            });
        }

        @Override
        public List<Protocol<?>> protocols() {
            return List.of(new Samples.Named((session, _) -> session.forward(Objects.requireNonNull(session.facts().to()))));
        }
    }

    private static void talk(TestSession session) {
        session.client().sends("ping");
        session.destination("far").receives("ping").sends("pong");
        session.client().receives("pong");
    }

    @Test
    void pluginThatIsReplacedAgainAndAgainLeavesMemory(@TempDir Path folder) {
        Reloads.of(PluginJar.of(RawPlugin.class, folder), RawPlugin.PROTOCOL, route -> route.to("far"), JarsTest::talk);
    }

    @Test
    void pluginThatLeavesAThreadBehindIsCaught(@TempDir Path folder) {
        PluginJar jar = PluginJar.of(LeakingPlugin.class, folder);
        try {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> Reloads.of(jar, "named", route -> route.to("far"), JarsTest::talk, Duration.ofMillis(300)))
                    .withMessage("9 of 9 class loaders of closed plugins stay in memory, held by the threads [leak]");
        } finally {
            Thread.getAllStackTraces().keySet().stream().filter(each -> each.getName().equals("leak")).forEach(Thread::interrupt);
        }
    }

    @Test
    void jarThatTheHostRefusesIsCaughtWithItsReason(@TempDir Path folder) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Reloads.of(PluginJar.of(RawPlugin.class, folder), "other", route -> route, JarsTest::talk))
                .withMessageContaining("brings no protocol 'other', but [testkit-raw]");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> PluginJar.built(Files.createDirectory(folder.resolve("empty"))))
                .withMessageContaining("`mvn package` makes it");
    }

    @Test
    void gatewaysCarryAClientThroughTheJarToTheDestination(@TempDir Path folder) throws IOException {
        try (ServerSocket far = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestGateways gateways = TestGateways.around(
                        PluginJar.of(JarsTest.LeakingPlugin.class, folder), "protocol: named\nto: far\nopen: true",
                        Map.of("far", "127.0.0.1:" + far.getLocalPort()));
                Socket client = gateways.connect()) {
            client.getOutputStream().write("ping".getBytes(US_ASCII));
            try (Socket served = far.accept()) {
                assertThat(served.getInputStream().readNBytes(4)).asString(US_ASCII).isEqualTo("ping");
                served.getOutputStream().write("pong".getBytes(US_ASCII));
                assertThat(client.getInputStream().readNBytes(4)).asString(US_ASCII).isEqualTo("pong");
                client.shutdownOutput();
                assertThat(served.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        } finally {
            Thread.getAllStackTraces().keySet().stream().filter(each -> each.getName().equals("leak")).forEach(Thread::interrupt);
        }
    }

    @Test
    void wrongRouteIsTold(@TempDir Path folder) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestGateways.around(PluginJar.of(LeakingPlugin.class, folder), "protocol: namd\nopen: true", Map.of()))
                .withMessageContaining("did you mean 'named'?");
        Thread.getAllStackTraces().keySet().stream().filter(each -> each.getName().equals("leak")).forEach(Thread::interrupt);
    }
}
