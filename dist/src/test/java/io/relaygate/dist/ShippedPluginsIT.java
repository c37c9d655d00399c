package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugin.PluginHost;
import io.relaygate.plugin.PluginSet;
import io.relaygate.plugin.PluginStatus;
import io.relaygate.plugin.PluginTrust;
import io.relaygate.sdk.GatewayPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugins that users get work with the gateway that they get. */
class ShippedPluginsIT {

    @Test
    void everyPluginOfTheProductIsAcceptedByItsGateway(@TempDir Path work) throws IOException {
        String sdk = GatewayPlugin.class.getPackage().getImplementationVersion();
        try (PluginHost host = new PluginHost(Product.home().resolve("plugins"), work, sdk)) {
            PluginSet found = host.load(new PluginTrust.Everything(), null);

            assertThat(found.list()).isNotEmpty().allSatisfy(plugin -> {
                assertThat(plugin.reason()).isNull();
                assertThat(plugin.state()).isEqualTo(PluginStatus.State.LOADED);
                assertThat(plugin.version()).isEqualTo(sdk);
            });
            assertThat(found.protocols()).containsKey("tcp");
        }
    }

    @Test
    void everyPluginOfTheProductPassesItsOwnVerification(@TempDir Path work) throws IOException {
        List<String> command = new ArrayList<>(List.of("plugins", "verify", "--strict"));
        try (Stream<Path> jars = Files.list(Product.home().resolve("plugins"))) {
            jars.map(Path::toString).sorted().forEach(command::add);
        }

        Programs.Ended ended = Product.run(work, command.toArray(String[]::new));

        assertThat(ended.code()).as(ended.toString()).isZero();
        assertThat(ended.out()).doesNotContain("warning", "problem");
        assertThat(ended.out().lines().filter(line -> line.endsWith(": can be used"))).hasSize(command.size() - 3);
    }
}
