package io.relaygate.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginRuntimeException;

/** Reads the plugin's description from a jar's manifest and checks that all of it is there and well formed. */
final class DescriptorReader extends ManifestPluginDescriptorFinder {

    private static final List<String> NEEDED = List.of(PLUGIN_ID, PLUGIN_VERSION, PLUGIN_CLASS, PLUGIN_REQUIRES);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private static final Pattern TYPE = Pattern.compile("[\\p{javaJavaIdentifierPart}.]+");

    /** Reads the description of the plugin in a jar. */
    PluginDescriptor read(Path jar) throws PluginRefused {
        Manifest manifest = manifestOf(jar);
        if (manifest == null) {
            throw new PluginRefused("it has no manifest (META-INF/MANIFEST.MF): it is a jar, but not a plugin");
        }
        requireKeys(manifest);
        PluginDescriptor descriptor = createPluginDescriptor(manifest);
        requireId(descriptor.getPluginId());
        requireVersion(descriptor.getVersion());
        requireType(descriptor.getPluginClass());
        if (!descriptor.getDependencies().isEmpty()) {
            throw new PluginRefused("its manifest has Plugin-Dependencies, but plugins cannot depend on each other: "
                    + "put what it needs into its own jar");
        }
        return descriptor;
    }

    private @Nullable Manifest manifestOf(Path jar) throws PluginRefused {
        try {
            return readManifestFromJar(jar);
        } catch (PluginRuntimeException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PluginRefused(jar.toFile().length() == 0
                    ? "it is empty"
                    : "it is not a jar, or is damaged or cut short (" + PluginRefused.describe(cause) + ")");
        } catch (RuntimeException e) {
            throw new PluginRefused("its manifest cannot be read", e);
        }
    }

    private static void requireKeys(Manifest manifest) throws PluginRefused {
        List<String> missing = new ArrayList<>(NEEDED);
        missing.removeIf(key -> {
            String value = manifest.getMainAttributes().getValue(key);
            return value != null && !value.isBlank();
        });
        if (!missing.isEmpty()) {
            throw new PluginRefused("its manifest lacks " + String.join(", ", missing));
        }
    }

    private static void requireId(String id) throws PluginRefused {
        if (!ID.matcher(id).matches()) {
            throw new PluginRefused("its Plugin-Id must be 1 to 63 letters, digits, '.', '_' or '-', found '" + id + "'");
        }
    }

    private static void requireVersion(String version) throws PluginRefused {
        try {
            new DefaultVersionManager().compareVersions(version, version);
        } catch (RuntimeException e) {
            throw new PluginRefused("its Plugin-Version must look like 1.2.3, found '" + version + "'");
        }
    }

    private static void requireType(String name) throws PluginRefused {
        if (!TYPE.matcher(name).matches()) {
            throw new PluginRefused(
                    "its Plugin-Class must be the full name of a class, as in com.example.MyPlugin, found '" + name + "'");
        }
    }
}
