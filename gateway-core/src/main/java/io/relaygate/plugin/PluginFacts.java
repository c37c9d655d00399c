package io.relaygate.plugin;

import java.util.jar.Attributes;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.PluginDescriptor;

/**
 * What a plugin's manifest says.
 *
 * @param id {@code Plugin-Id}
 * @param version {@code Plugin-Version}
 * @param type {@code Plugin-Class}, the class that implements the plugin
 * @param requires {@code Plugin-Requires}, the range of SDK versions that it works with
 * @param description {@code Plugin-Description}, for people
 * @param license {@code Plugin-License}, for people
 * @param provider {@code Plugin-Provider}, for people
 * @param declared what it says that it does
 */
public record PluginFacts(
        String id,
        String version,
        String type,
        String requires,
        @Nullable String description,
        @Nullable String license,
        @Nullable String provider,
        Declared declared) {

    /** Of a manifest that has the four keys. */
    static PluginFacts in(Attributes manifest) {
        return new PluginFacts(
                needed(manifest, ManifestPluginDescriptorFinder.PLUGIN_ID),
                needed(manifest, ManifestPluginDescriptorFinder.PLUGIN_VERSION),
                needed(manifest, ManifestPluginDescriptorFinder.PLUGIN_CLASS),
                needed(manifest, ManifestPluginDescriptorFinder.PLUGIN_REQUIRES),
                text(manifest, ManifestPluginDescriptorFinder.PLUGIN_DESCRIPTION),
                text(manifest, ManifestPluginDescriptorFinder.PLUGIN_LICENSE),
                text(manifest, ManifestPluginDescriptorFinder.PLUGIN_PROVIDER),
                Declared.in(manifest));
    }

    /** A value for people, with nothing in it that could steer their terminal; null if it is not there, or blank. */
    static @Nullable String text(Attributes manifest, String key) {
        String value = manifest.getValue(key);
        return value == null || value.isBlank() ? null : value.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private static String needed(Attributes manifest, String key) {
        String value = text(manifest, key);
        return value == null ? "" : value;
    }

    /** As PF4J's class loader wants it. */
    PluginDescriptor descriptor() {
        return new DefaultPluginDescriptor(id, description, type, version, requires, provider, license);
    }
}
