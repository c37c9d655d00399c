package io.relaygate;

import io.relaygate.azure.KeyVaults;
import io.relaygate.config.Binder;
import io.relaygate.config.Bound;
import io.relaygate.config.ConfigException;
import io.relaygate.config.FileRights;
import io.relaygate.config.Place;
import io.relaygate.config.Problems;
import io.relaygate.config.SecretStore;
import io.relaygate.net.WayOut;
import io.relaygate.observe.LogSettings;
import io.relaygate.plugin.PluginTrust;
import io.relaygate.route.RouteSettings;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
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

    /** Of no configuration: nothing is allowed that needs to be, and all plugins are trusted. */
    public static final Preview NONE = new Preview(null, Path.of(""));

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

    /**
     * Makes sure that nobody else can put code into a plugin folder; asked before any of it is loaded.
     *
     * @param file the configuration file, or what else the problems are to name
     * @param folder the folder of plugin jars
     * @throws ConfigException if every account of the machine can write it, or a jar in it
     */
    public void guard(Path file, Path folder) throws ConfigException {
        if (settings != null && settings.insecureFiles() == GatewaySettings.InsecureFiles.ALLOW) {
            return;
        }
        Problems problems = new Problems();
        List<Path> all = new ArrayList<>(List.of(folder));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            jars.forEach(all::add);
        } catch (IOException | DirectoryIteratorException e) {
            // Loading them says so.
        }
        all.stream().sorted().map(FileRights::writableByOthers).filter(Objects::nonNull)
                .forEach(trouble -> problems.add(Place.start(file), "plugins", trouble));
        if (!problems.none()) {
            throw new ConfigException(problems.all());
        }
    }

    /** Which plugins may be loaded: none if the file does not say that understandably. */
    PluginTrust trust() {
        if (equals(NONE)) {
            return new PluginTrust.Everything();
        }
        GatewaySettings.PluginTrusting said = settings == null ? null : settings.pluginTrust();
        if (settings == null || said == null) {
            return new PluginTrust.Nothing("pluginTrust of the configuration cannot be read");
        }
        return switch (said) {
            case OFF -> new PluginTrust.Everything();
            case LOCK -> new PluginTrust.Locked();
            case SIGNED -> {
                Map<String, PublicKey> keys = new HashMap<>();
                settings.pluginPublishers().forEach((name, pin) -> keys.put(name, pin.key()));
                yield new PluginTrust.Signed(keys);
            }
        };
    }

    /** Whether plugins are loaded only if they are in a lock file. */
    public boolean locksPlugins() {
        return settings != null && settings.pluginTrust() == GatewaySettings.PluginTrusting.LOCK;
    }

    /** Whether plugins are loaded only if a publisher has signed them. */
    public boolean wantsSignedPlugins() {
        return settings != null && settings.pluginTrust() == GatewaySettings.PluginTrusting.SIGNED;
    }

    /** Whether a gateway with this configuration follows its plugins folder by itself. */
    public boolean watchesPlugins() {
        return settings == null || settings.watchPlugins();
    }

    /** What needs each protocol, and each dialer as {@code via NAME}: the routes, or the destinations, by their names. */
    public Map<String, List<String>> needs() {
        Map<String, List<String>> needs = new TreeMap<>();
        if (settings != null) {
            settings.routes().forEach(route -> needs
                    .computeIfAbsent(String.valueOf(route.protocol()), _ -> new ArrayList<>()).add("route " + route.name()));
            settings.forwards().keySet().forEach(
                    name -> needs.computeIfAbsent(RouteSettings.USUAL_PROTOCOL, _ -> new ArrayList<>()).add("forward " + name));
            settings.destinations().forEach((name, destination) -> {
                if (destination.via() != null) {
                    needs.computeIfAbsent("via " + destination.via().dialer(), _ -> new ArrayList<>()).add("destination " + name);
                }
            });
        }
        return needs;
    }

    /**
     * How what is on the internet is reached; where the file says that wrongly, straight on, for it will not be used.
     *
     * @throws IllegalArgumentException if the environment says it, and wrongly
     */
    public WayOut wayOut(Map<String, String> environment) {
        return WayOut.of(settings == null ? null : settings.outboundProxy(), environment);
    }

    /** Where the secrets of key vaults come from. */
    SecretStore secrets(KeyVaults vaults) {
        WayOut out;
        try {
            out = wayOut(System.getenv());
        } catch (IllegalArgumentException e) {
            // A problem of its own, which the check of the configuration tells.
            out = WayOut.straight();
        }
        return vaults.of(settings == null ? null : settings.keyVault(), out);
    }

    /** How to log. */
    public LogSettings log() {
        LogSettings given = settings == null ? null : settings.log();
        return new LogSettings(
                given == null || given.format() == null ? LogSettings.Format.AUTO : given.format(),
                given == null || given.level() == null ? LogSettings.Level.INFO : given.level());
    }
}
