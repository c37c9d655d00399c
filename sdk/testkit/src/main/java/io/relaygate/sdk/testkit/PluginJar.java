package io.relaygate.sdk.testkit;

import io.relaygate.sdk.GatewayPlugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * A plugin's jar.
 *
 * @param path where it is
 */
public record PluginJar(Path path) {

    /**
     * The one that {@code mvn package} has made: the only plugin jar in {@code target}. For tests that run after that phase, as
     * those of failsafe do.
     *
     * @throws AssertionError if there is none, or more than one
     */
    public static PluginJar built() {
        return built(Path.of("target"));
    }

    /** The only plugin jar in a folder. */
    public static PluginJar built(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            // What maven-shade-plugin has put libraries into lies beside what it was before.
            List<Path> jars = files.filter(file -> file.toString().endsWith(".jar") && !file.getFileName().toString().startsWith("original-"))
                    .filter(PluginJar::isPlugin)
                    .toList();
            if (jars.size() != 1) {
                throw new AssertionError("one plugin jar was expected in " + folder.toAbsolutePath() + ", and there are " + jars
                        + "; `mvn package` makes it, and tests that need it are named *IT and run by failsafe");
            }
            return new PluginJar(jars.getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isPlugin(Path file) {
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            return manifest != null && manifest.getMainAttributes().getValue("Plugin-Id") != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes one of the classes that lie beside a plugin's class, for tests that run before there is a jar. Its id is the
     * class's simple name in lower case, its version 1.0.0.
     *
     * @param folder where it is written to
     */
    public static PluginJar of(Class<? extends GatewayPlugin> plugin, Path folder) {
        String id = plugin.getSimpleName().toLowerCase(java.util.Locale.ROOT);
        Path file = folder.resolve(id + ".jar");
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Plugin-Id", id);
        main.putValue("Plugin-Version", "1.0.0");
        main.putValue("Plugin-Class", plugin.getName());
        main.putValue("Plugin-Requires", Sdk.version());
        Path classes = place(plugin);
        String folderOfClass = plugin.getPackageName().replace('.', '/');
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            if (Files.isDirectory(classes)) {
                addFolder(classes, jar);
            } else {
                addPackage(classes, folderOfClass, jar);
            }
            return new PluginJar(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new IllegalArgumentException(type.getName() + " lies in no file");
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void addFolder(Path classes, JarOutputStream jar) throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(each).toString().replace('\\', '/');
                if (!name.equals(JarFile.MANIFEST_NAME)) {
                    jar.putNextEntry(new JarEntry(name));
                    Files.copy(each, jar);
                }
            }
        }
    }

    private static void addPackage(Path archive, String folder, JarOutputStream jar) throws IOException {
        try (JarFile from = new JarFile(archive.toFile())) {
            for (Enumeration<JarEntry> all = from.entries(); all.hasMoreElements(); ) {
                JarEntry each = all.nextElement();
                if (each.getName().startsWith(folder + "/") && !each.isDirectory()) {
                    copy(from, each, jar);
                }
            }
        }
    }

    private static void copy(JarFile from, JarEntry entry, JarOutputStream jar) throws IOException {
        jar.putNextEntry(new JarEntry(entry.getName()));
        try (InputStream in = from.getInputStream(entry)) {
            in.transferTo(jar);
        }
    }

    /** Writes the same jar with another content, so that the gateway takes it for a new one. */
    void copyAnew(int number, Path to) {
        try (JarFile from = new JarFile(path.toFile());
                OutputStream out = Files.newOutputStream(to);
                JarOutputStream jar = new JarOutputStream(out, from.getManifest())) {
            for (Enumeration<JarEntry> all = from.entries(); all.hasMoreElements(); ) {
                JarEntry each = all.nextElement();
                if (!each.getName().equals(JarFile.MANIFEST_NAME)) {
                    copy(from, each, jar);
                }
            }
            jar.putNextEntry(new JarEntry("META-INF/copy-" + number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
