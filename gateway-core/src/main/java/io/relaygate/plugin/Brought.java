package io.relaygate.plugin;

import io.relaygate.config.JsonSchema;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin brings, by name and in its order. What its code says of them is asked here once.
 *
 * @param protocols what routes can name
 * @param dialers what destinations can name
 */
record Brought(Map<String, Protocol<?>> protocols, Map<String, Dialer<?>> dialers) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** Asks a plugin that has started. */
    static Brought by(GatewayPlugin plugin, ClassLoader loader) throws PluginRefused {
        Map<String, Dialer<?>> dialers = dialersOf(plugin, loader);
        return new Brought(protocolsOf(plugin, loader, !dialers.isEmpty()), dialers);
    }

    private static Map<String, Protocol<?>> protocolsOf(GatewayPlugin plugin, ClassLoader loader, boolean others)
            throws PluginRefused {
        Map<String, Protocol<?>> byName = new LinkedHashMap<>();
        try {
            List<Protocol<?>> protocols = plugin.protocols();
            if (protocols == null || (protocols.isEmpty() && !others)) {
                throw new PluginRefused("its protocols() returned none");
            }
            for (Protocol<?> protocol : protocols) {
                Protocol<?> hosted = hosted(protocol, loader);
                if (byName.putIfAbsent(hosted.name(), hosted) != null) {
                    throw new PluginRefused("it brings the protocol '" + hosted.name() + "' twice");
                }
            }
        } catch (PluginRefused e) {
            throw e;
        } catch (Throwable e) {
            throw new PluginRefused("its protocols() failed", e);
        }
        return byName;
    }

    private static Map<String, Dialer<?>> dialersOf(GatewayPlugin plugin, ClassLoader loader) throws PluginRefused {
        Map<String, Dialer<?>> byName = new LinkedHashMap<>();
        try {
            List<Dialer<?>> dialers = plugin.dialers();
            if (dialers == null) {
                throw new PluginRefused("its dialers() returned null");
            }
            for (Dialer<?> dialer : dialers) {
                Dialer<?> hosted = hosted(dialer, loader);
                if (byName.putIfAbsent(hosted.name(), hosted) != null) {
                    throw new PluginRefused("it brings the dialer '" + hosted.name() + "' twice");
                }
            }
        } catch (PluginRefused e) {
            throw e;
        } catch (Throwable e) {
            throw new PluginRefused("its dialers() failed", e);
        }
        return byName;
    }

    private static <S extends Record> Protocol<S> hosted(Protocol<S> protocol, ClassLoader loader)
            throws PluginRefused {
        if (protocol == null) {
            throw new PluginRefused("its protocols() contains null");
        }
        String name = checked("protocol", protocol.name());
        Class<S> settings = protocol.settings();
        requireRecord("protocol", name, settings);
        List<String> alpn = protocol.alpn();
        if (alpn == null || alpn.stream().anyMatch(Objects::isNull)) {
            throw new PluginRefused("alpn() of its protocol '" + name + "' is null or contains null");
        }
        return new HostedProtocol<>(
                protocol, name, settings, List.copyOf(alpn), protocol.judges(), protocol.recognises(), loader);
    }

    private static <S extends Record> Dialer<S> hosted(Dialer<S> dialer, ClassLoader loader) throws PluginRefused {
        if (dialer == null) {
            throw new PluginRefused("its dialers() contains null");
        }
        String name = checked("dialer", dialer.name());
        Class<S> settings = dialer.settings();
        requireRecord("dialer", name, settings);
        return new HostedDialer<>(dialer, name, settings, loader);
    }

    private static String checked(String what, @Nullable String name) throws PluginRefused {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new PluginRefused("a " + what + "'s name must be 1 to 32 lower-case letters, digits or '-' and begin "
                    + "with a letter, found " + (name == null ? "null" : "'" + name + "'"));
        }
        return name;
    }

    private static void requireRecord(String what, String name, @Nullable Class<? extends Record> settings) throws PluginRefused {
        if (settings == null || !settings.isRecord()) {
            throw new PluginRefused("the settings of its " + what + " '" + name + "' must be a record, found "
                    + (settings == null ? "null" : settings.getName()));
        }
        try {
            JsonSchema.of(settings);
        } catch (IllegalArgumentException e) {
            throw new PluginRefused("the settings of its " + what + " '" + name + "' cannot be read from YAML: " + e.getMessage());
        }
    }
}
