package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugin.PluginHost;
import io.relaygate.plugin.PluginStatus;
import io.relaygate.sdk.GatewayPlugin;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugins that users get work with the gateway that they get. */
class ShippedPluginsIT {

    @Test
    void everyPluginOfTheProductIsAcceptedByItsGateway(@TempDir Path work) throws IOException {
        String sdk = GatewayPlugin.class.getPackage().getImplementationVersion();
        try (PluginHost host = new PluginHost(Product.home().resolve("plugins"), work, sdk)) {
            host.load();

            assertThat(host.list()).isNotEmpty().allSatisfy(plugin -> {
                assertThat(plugin.reason()).isNull();
                assertThat(plugin.state()).isEqualTo(PluginStatus.State.LOADED);
                assertThat(plugin.version()).isEqualTo(sdk);
            });
            assertThat(host.protocols()).containsKey("tcp");
        }
    }
}
