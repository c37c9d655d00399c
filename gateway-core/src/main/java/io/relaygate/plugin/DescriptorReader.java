package io.relaygate.plugin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ManifestPluginDescriptorFinder;

/** Reads the plugin's description from a jar's manifest and checks that all of it is there and well formed. */
final class DescriptorReader {

    private static final List<String> NEEDED = List.of(
            ManifestPluginDescriptorFinder.PLUGIN_ID,
            ManifestPluginDescriptorFinder.PLUGIN_VERSION,
            ManifestPluginDescriptorFinder.PLUGIN_CLASS,
            ManifestPluginDescriptorFinder.PLUGIN_REQUIRES);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private static final Pattern TYPE = Pattern.compile("[\\p{javaJavaIdentifierPart}.]+");

    private DescriptorReader() {}

    /** Reads the description of the plugin in a jar. */
    static PluginFacts read(Path jar) throws PluginRefused {
        Manifest manifest = manifestOf(jar);
        if (manifest == null) {
            throw new PluginRefused("it has no manifest (META-INF/MANIFEST.MF): it is a jar, but not a plugin");
        }
        requireKeys(manifest);
        PluginFacts facts = PluginFacts.in(manifest.getMainAttributes());
        requireId(facts.id());
        requireVersion(facts.version());
        requireType(facts.type());
        String dependencies = PluginFacts.text(manifest.getMainAttributes(), ManifestPluginDescriptorFinder.PLUGIN_DEPENDENCIES);
        if (dependencies != null) {
            throw new PluginRefused("its manifest has Plugin-Dependencies '" + dependencies
                    + "', but plugins cannot depend on each other: put what it needs into its own jar");
        }
        return facts;
    }

    private static @Nullable Manifest manifestOf(Path jar) throws PluginRefused {
        try (JarFile file = new JarFile(jar.toFile())) {
            WholeJar.require(file);
            return manifestOf(file);
        } catch (IOException e) {
            throw new PluginRefused(WholeJar.trouble(jar, e));
        }
    }

    private static @Nullable Manifest manifestOf(JarFile file) throws PluginRefused {
        try {
            return file.getManifest();
        } catch (IOException | RuntimeException e) {
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
