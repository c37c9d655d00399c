package io.relaygate.plugin;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;

/**
 * A plugin in its own class loader, started, with its protocols by name. Whatever its code throws while it is made is
 * caught here: it must not hinder other plugins.
 */
final class LoadedPlugin implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final PluginClassLoader loader;
    private final GatewayPlugin plugin;
    private final Map<String, Protocol<?>> protocols;

    private LoadedPlugin(PluginClassLoader loader, GatewayPlugin plugin, Map<String, Protocol<?>> protocols) {
        this.loader = loader;
        this.plugin = plugin;
        this.protocols = protocols;
    }

    /** Loads, constructs and starts the plugin that {@code descriptor} describes. */
    @SuppressWarnings("NullAway") // PF4J's class loader asks its plugin manager only for Plugin-Dependencies; we have none
    static LoadedPlugin of(PluginDescriptor descriptor, Path jar) throws PluginRefused {
        PluginClassLoader loader =
                new PluginClassLoader(null, descriptor, new SharedClasses(), ClassLoadingStrategy.APD);
        loader.addFile(jar.toFile());
        boolean done = false;
        try (PluginScope _ = PluginScope.of(loader)) {
            LoadedPlugin loaded = start(construct(pluginClass(descriptor.getPluginClass(), loader)), loader);
            done = true;
            return loaded;
        } finally {
            if (!done) {
                closeQuietly(loader);
            }
        }
    }

    /** The protocols by name, in the plugin's order. */
    Map<String, Protocol<?>> protocols() {
        return protocols;
    }

    /** Closes the plugin and its class loader. Throws whatever the plugin throws, after the class loader is closed. */
    @Override
    public void close() {
        try (PluginScope _ = PluginScope.of(loader)) {
            plugin.close();
        } finally {
            closeQuietly(loader);
        }
    }

    private static Class<? extends GatewayPlugin> pluginClass(String name, PluginClassLoader loader)
            throws PluginRefused {
        Class<?> type;
        try {
            type = Class.forName(name, true, loader);
        } catch (ClassNotFoundException e) {
            throw loader.findResource(name.replace('.', '/') + ".class") == null
                    ? new PluginRefused("its Plugin-Class " + name + " is not in the jar")
                    : new PluginRefused("its Plugin-Class " + name + " cannot be read: the jar is damaged");
        } catch (Throwable e) {
            throw new PluginRefused("its Plugin-Class " + name + " cannot be loaded", e);
        }
        if (!loader.equals(type.getClassLoader())) {
            throw new PluginRefused("its Plugin-Class " + name + " is not in the jar");
        }
        if (!GatewayPlugin.class.isAssignableFrom(type)) {
            throw new PluginRefused(
                    "its Plugin-Class " + name + " does not implement " + GatewayPlugin.class.getName());
        }
        return type.asSubclass(GatewayPlugin.class);
    }

    private static GatewayPlugin construct(Class<? extends GatewayPlugin> type) throws PluginRefused {
        try {
            Constructor<? extends GatewayPlugin> constructor = type.getConstructor();
            if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
                throw new PluginRefused("its Plugin-Class " + type.getName() + " must be a public class, not abstract");
            }
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw new PluginRefused(
                    "its Plugin-Class " + type.getName() + " has no public constructor without arguments");
        } catch (InvocationTargetException e) {
            throw new PluginRefused("its constructor failed", e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new PluginRefused("its Plugin-Class " + type.getName() + " cannot be constructed", e);
        }
    }

    private static LoadedPlugin start(GatewayPlugin plugin, PluginClassLoader loader) throws PluginRefused {
        try {
            plugin.start();
        } catch (Throwable e) {
            throw new PluginRefused("its start() failed", e);
        }
        try {
            return new LoadedPlugin(loader, plugin, protocolsOf(plugin, loader));
        } catch (PluginRefused refused) {
            try {
                plugin.close();
            } catch (Throwable e) {
                refused.addSuppressed(e);
            }
            throw refused;
        }
    }

    private static Map<String, Protocol<?>> protocolsOf(GatewayPlugin plugin, ClassLoader loader)
            throws PluginRefused {
        Map<String, Protocol<?>> byName = new LinkedHashMap<>();
        try {
            List<Protocol<?>> protocols = plugin.protocols();
            if (protocols == null || protocols.isEmpty()) {
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

    private static <S extends Record> Protocol<S> hosted(Protocol<S> protocol, ClassLoader loader)
            throws PluginRefused {
        if (protocol == null) {
            throw new PluginRefused("its protocols() contains null");
        }
        String name = protocol.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw new PluginRefused("a protocol's name must be 1 to 32 lower-case letters, digits or '-' and begin "
                    + "with a letter, found " + (name == null ? "null" : "'" + name + "'"));
        }
        Class<S> settings = protocol.settings();
        if (settings == null || !settings.isRecord()) {
            throw new PluginRefused("the settings of its protocol '" + name + "' must be a record, found "
                    + (settings == null ? "null" : settings.getName()));
        }
        return new HostedProtocol<>(protocol, name, settings, loader);
    }

    private static void closeQuietly(PluginClassLoader loader) {
        try {
            loader.close();
        } catch (IOException e) {
            // Its file could not be closed; the class loader is of no use all the same.
        }
    }
}
