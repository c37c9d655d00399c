package io.relaygate;

import io.relaygate.config.Binder;
import io.relaygate.config.Bound;
import io.relaygate.config.Problems;
import io.relaygate.observe.LogSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a configuration before it can be checked: where the plugins are that its routes name, how to
 * log, and where a gateway that already runs with it can be found. Whatever is wrong in the file is left to
 * {@link GatewayConfig#load}.
 *
 * @param settings what could be read, with nulls and empty collections for the rest; null if the file is unreadable
 * @param stateDir where the gateway keeps what it must remember
 */
public record Preview(@Nullable GatewaySettings settings, Path stateDir) {

    /** Looks into a file. */
    public static Preview of(Path file) {
        Bound<GatewaySettings> bound = Binder.read(file, GatewaySettings.class, new Problems());
        GatewaySettings settings = bound == null ? null : bound.value();
        return new Preview(settings, GatewayConfig.stateDir(file, settings));
    }

    /** The folder of plugin jars, if the file names one. */
    public Optional<Path> plugins() {
        return settings == null ? Optional.empty() : Optional.ofNullable(settings.plugins());
    }

    /** How to log. */
    public LogSettings log() {
        LogSettings given = settings == null ? null : settings.log();
        return new LogSettings(
                given == null || given.format() == null ? LogSettings.Format.AUTO : given.format(),
                given == null || given.level() == null ? LogSettings.Level.INFO : given.level());
    }
}
