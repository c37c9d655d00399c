package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.admin.Controls;
import io.relaygate.plugin.BadJars;
import io.relaygate.plugin.BadJars.Bad;
import io.relaygate.plugin.PluginJar;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of bad jar, at the start of a gateway and while it runs, beside plugins and sessions that do not notice. */
@Timeout(120)
class BadJarsTest {

    private static final String ECHO = """
            { var client = session.client();
              for (int b = client.in().read(); b >= 0; b = client.in().read()) client.out().write(b); }
            """;

    @TempDir
    private Path folder;

    private Path plugins;
    private List<Bad> all;

    @BeforeEach
    void writes() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
        all = BadJars.in(Files.createDirectory(folder.resolve("cache")));
        PluginJar.of("good", ECHO).to(plugins.resolve("a-good.jar"));
        PluginJar.of("victim", ECHO).to(plugins.resolve("z-victim.jar"));
        Files.writeString(folder.resolve("gateway.yaml"), """
                stateDir: state
                watchPlugins: false
                admin: { listen: "127.0.0.1:0" }
                entryPoints: { good: { listen: "127.0.0.1:0" }, victim: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: good, from: good, protocol: good, open: true }
                  - { name: victim, from: victim, protocol: victim, open: true }
                """);
    }

    private Gateway start() throws Exception {
        return Gateway.start(folder.resolve("gateway.yaml"),
                Plugins.load(plugins, Preview.NONE, folder.resolve("work"), "0.1.0-SNAPSHOT"), _ -> {});
    }

    private static Socket connect(Gateway gateway, String entryPoint) throws IOException {
        HostPort in = HostPort.parse(String.valueOf(gateway.addresses().get(entryPoint)));
        Socket socket = new Socket(in.host(), in.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void echoes(Socket... sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    private static Controls.Plugin of(Gateway gateway, String file) {
        return gateway.plugins().stream().filter(plugin -> plugin.file().equals(file)).findFirst().orElseThrow();
    }

    @Test
    void areRefusedWithTheirReasonsWhenTheGatewayStarts() throws Exception {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            String file = "b-%02d.jar".formatted(i);
            all.get(i).fault().write(plugins.resolve(file));
            reasons.put(file, all.get(i).reason());
        }
        assertThat(all).hasSizeGreaterThanOrEqualTo(20);

        try (Gateway gateway = start();
                Socket good = connect(gateway, "good");
                Socket victim = connect(gateway, "victim")) {
            echoes(good, victim);
            Map<String, String> told = new LinkedHashMap<>();
            gateway.plugins().stream().filter(plugin -> plugin.state().equals("REFUSED"))
                    .forEach(plugin -> told.put(plugin.file(), String.valueOf(plugin.reason())));
            assertThat(told).containsExactlyEntriesOf(reasons);
        }
    }

    /** Each comes as one more jar, and in the place of one whose session is open. */
    @Test
    void leaveSessionsAndWhatTheyWereToReplaceAloneWhileTheGatewayRuns() throws Exception {
        Path victimJar = plugins.resolve("z-victim.jar");
        Path aside = Files.copy(victimJar, folder.resolve("aside.jar"));
        try (Gateway gateway = start();
                Socket good = connect(gateway, "good");
                Socket victim = connect(gateway, "victim")) {
            for (Bad bad : all) {
                Files.delete(victimJar);
                bad.fault().write(victimJar);
                bad.fault().write(plugins.resolve("b-bad.jar"));

                assertThat(gateway.reload()).as(bad.kind()).isEmpty();

                assertThat(of(gateway, "b-bad.jar")).as(bad.kind()).extracting(Controls.Plugin::state, Controls.Plugin::reason)
                        .containsExactly("REFUSED", bad.reason());
                assertThat(of(gateway, "z-victim.jar")).as(bad.kind()).extracting(Controls.Plugin::state, Controls.Plugin::reason)
                        .containsExactly("KEPT", bad.reason());
                echoes(good, victim);
                try (Socket another = connect(gateway, "victim")) {
                    echoes(another);
                }
                Files.delete(plugins.resolve("b-bad.jar"));
            }
            Files.delete(victimJar);
            Files.copy(aside, victimJar, StandardCopyOption.COPY_ATTRIBUTES);
            assertThat(gateway.reload()).isEmpty();
            assertThat(gateway.plugins()).extracting(Controls.Plugin::state).containsExactly("LOADED", "LOADED");
            echoes(good, victim);
        }
    }
}
