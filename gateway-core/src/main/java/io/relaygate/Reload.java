package io.relaygate;

import io.relaygate.azure.KeyVaults;
import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the plugins folder and the configuration again, and changes nothing if either is not in order. */
final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final Path configFile;
    private final KeyVaults vaults;

    private final Supplier<Plugins> used;

    /** Puts what was read in place of what there is, or throws and leaves that alone. */
    @FunctionalInterface
    interface Step {
        void apply(GatewayConfig config, Plugins found) throws IOException;
    }

    /**
     * A reload.
     *
     * @param used the plugins in use
     */
    Reload(Path configFile, KeyVaults vaults, Supplier<Plugins> used) {
        this.configFile = configFile;
        this.vaults = vaults;
        this.used = used;
    }

    /**
     * Reloads.
     *
     * @param before the configuration in use
     * @return what is wrong, one line each; empty if the step was taken
     */
    List<String> run(GatewayConfig before, Step step) {
        try {
            Preview preview = Preview.of(configFile);
            preview.guard(configFile, used.get().folder());
            Plugins found = used.get().again(preview.trust());
            try {
                GatewayConfig config = GatewayConfig.load(configFile, found.protocols(), found.dialers(), vaults);
                List<String> fixed = Fixed.changes(before, config);
                if (!fixed.isEmpty()) {
                    return refused(fixed);
                }
                step.apply(config, found);
            } finally {
                if (!found.equals(used.get())) {
                    found.release();
                }
            }
            LOG.atInfo().addKeyValue("file", configFile).log("configuration applied");
            return List.of();
        } catch (ConfigException e) {
            return refused(e.problems().stream().map(Problem::toString).toList());
        } catch (IOException e) {
            return refused(List.of(String.valueOf(e.getMessage())));
        }
    }

    private static List<String> refused(List<String> problems) {
        problems.forEach(problem -> LOG.atError().addKeyValue("problem", problem).log("configuration not applied"));
        return problems;
    }
}
