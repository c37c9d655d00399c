package io.relaygate.plugin;

import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.PluginClassLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A plugin in its own class loader, started, with its protocols by name. Whatever its code throws while it is made is
 * caught here: it must not hinder other plugins.
 */
final class LoadedPlugin {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    /** What is known of a plugin without its code. */
    private record Identity(String file, PluginFacts facts, String sha256) {}

    private final Identity identity;
    private final PluginClassLoader loader;
    private final GatewayPlugin plugin;
    private final Map<String, Protocol<?>> protocols;
    private final Map<String, Dialer<?>> dialers;

    private LoadedPlugin(Identity identity, PluginClassLoader loader, GatewayPlugin plugin, Brought brought) {
        this.identity = identity;
        this.loader = loader;
        this.plugin = plugin;
        this.protocols = brought.protocols();
        this.dialers = brought.dialers();
    }

    /** Loads, constructs and starts the plugin that {@code facts} describe, from a copy of the file. */
    @SuppressWarnings("NullAway") // PF4J's class loader asks its plugin manager only for Plugin-Dependencies; we have none
    static LoadedPlugin of(String file, PluginFacts facts, WorkFolder.Copy copy) throws PluginRefused {
        Identity identity = new Identity(file, facts, copy.sha256());
        PluginClassLoader loader =
                new PluginClassLoader(null, facts.descriptor(), new SharedClasses(), ClassLoadingStrategy.APD);
        loader.addFile(copy.path().toFile());
        boolean done = false;
        try (PluginScope _ = PluginScope.of(loader)) {
            LoadedPlugin loaded = start(identity, construct(pluginClass(facts.type(), loader)), loader);
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

    /** The dialers by name, in the plugin's order. */
    Map<String, Dialer<?>> dialers() {
        return dialers;
    }

    /** The name of its jar in the plugins folder when it was loaded. */
    String file() {
        return identity.file();
    }

    String id() {
        return identity.facts().id();
    }

    String version() {
        return identity.facts().version();
    }

    /** What its manifest says. */
    PluginFacts facts() {
        return identity.facts();
    }

    /** Of its jar, 64 hexadecimal digits. */
    String sha256() {
        return identity.sha256();
    }

    ClassLoader loader() {
        return loader;
    }

    /** Closes the plugin and its class loader; what the plugin throws is logged. */
    void closeAndSay() {
        try (PluginScope _ = PluginScope.of(loader)) {
            plugin.close();
        } catch (Throwable e) {
            LOG.atWarn().addKeyValue("file", file()).addKeyValue("reason", PluginRefused.describe(e))
                    .log("plugin failed to close");
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

    private static LoadedPlugin start(Identity identity, GatewayPlugin plugin, PluginClassLoader loader)
            throws PluginRefused {
        try {
            plugin.start();
        } catch (Throwable e) {
            throw new PluginRefused("its start() failed", e);
        }
        try {
            Brought brought = Brought.by(plugin, loader);
            requireDeclared("Plugin-Protocols", identity.facts().declared().protocols(), brought.protocols().keySet());
            requireDeclared("Plugin-Dialers", identity.facts().declared().dialers(), brought.dialers().keySet());
            return new LoadedPlugin(identity, loader, plugin, brought);
        } catch (PluginRefused refused) {
            try {
                plugin.close();
            } catch (Throwable e) {
                refused.addSuppressed(e);
            }
            throw refused;
        }
    }

    private static void requireDeclared(String key, @Nullable List<String> declared, Set<String> brought) throws PluginRefused {
        if (declared != null && !brought.equals(Set.copyOf(declared))) {
            throw new PluginRefused("its manifest has " + key + " " + declared + ", but it brings " + brought);
        }
    }

    private static void closeQuietly(PluginClassLoader loader) {
        try {
            loader.close();
        } catch (IOException e) {
            // Its file could not be closed; the class loader is of no use all the same.
        }
    }
}
