package io.relaygate.dist;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** A plugin of the tests as a jar. */
final class PluginFile {

    private PluginFile() {}

    /** A folder with the plugins that are shipped, and one more. */
    static Path folderWith(Path folder, String id, Class<?> plugin) throws IOException {
        Folders.create(folder);
        try (Stream<Path> shipped = Files.list(Product.home().resolve("plugins"))) {
            for (Path jar : shipped.toList()) {
                Files.copy(jar, folder.resolve(jar.getFileName()));
            }
        }
        add(folder, id, plugin);
        return folder;
    }

    /** One more. */
    static void add(Path folder, String id, Class<?> plugin) throws IOException {
        Path file = folder.resolve(id + ".jar");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Plugin-Id", id);
        main.putValue("Plugin-Version", "1.0.0");
        main.putValue("Plugin-Requires", ">=0.1.0 & <0.2.0");
        main.putValue("Plugin-Class", plugin.getName());
        Path classes = classes(plugin);
        String prefix = plugin.getName().replace('.', '/');
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            for (Path each : mine(classes, prefix)) {
                jar.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, jar);
                jar.closeEntry();
            }
        }
    }

    /** The class and those that are nested in it. */
    private static List<Path> mine(Path classes, String prefix) throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            return all.filter(each -> {
                        String name = classes.relativize(each).toString();
                        return name.equals(prefix + ".class") || (name.startsWith(prefix + "$") && name.endsWith(".class"));
                    })
                    .toList();
        }
    }

    private static Path classes(Class<?> plugin) {
        return Path.of(plugin.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
}
