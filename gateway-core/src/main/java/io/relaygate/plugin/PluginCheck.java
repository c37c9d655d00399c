package io.relaygate.plugin;

import io.relaygate.config.Example;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One jar, looked at without a gateway: what a gateway would say, and what it would find out too late. Runs the plugin's
 * constructor, {@code start()} and {@code close()}, as {@code relaygate check} does.
 */
public final class PluginCheck {

    private static final int SHOWN = 5;

    private final WorkFolder.Copy copy;
    private final SdkVersion sdk;
    private final Path scratch;
    private final Patience patience;
    private final List<String> passed = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, List<String>> settings = new LinkedHashMap<>();
    private @Nullable PluginFacts facts;

    private PluginCheck(WorkFolder.Copy copy, SdkVersion sdk, Path scratch, Patience patience) {
        this.copy = copy;
        this.sdk = sdk;
        this.scratch = scratch;
        this.patience = patience;
    }

    /**
     * Looks at a jar.
     *
     * @param scratch a folder that can be written
     * @param sdkVersion the version of the SDK of this gateway
     * @param starter starts the thread on which it starts, as for {@link PluginHost}
     * @throws IOException if it cannot be read
     */
    public static PluginCheck of(Path jar, Path scratch, String sdkVersion, BiConsumer<String, Runnable> starter)
            throws IOException {
        PluginCheck check = new PluginCheck(new WorkFolder.Copy(jar, WorkFolder.sum(jar)), new SdkVersion(sdkVersion), scratch,
                new Patience(PluginHost.LIMIT, starter));
        check.run();
        return check;
    }

    /**
     * What a jar's manifest says, without running anything of it.
     *
     * @return null if it is no plugin
     */
    public static @Nullable PluginFacts facts(Path jar) {
        try {
            return DescriptorReader.read(jar);
        } catch (PluginRefused e) {
            return null;
        }
    }

    /** Null, or why this jar may not be loaded; what signs it is beside it. */
    public static @Nullable String distrust(Path jar, PluginTrust trust) throws IOException {
        try {
            trust.require(jar, new WorkFolder.Copy(jar, WorkFolder.sum(jar)));
            return null;
        } catch (PluginRefused e) {
            return e.getMessage();
        }
    }

    /** What its manifest says; null if that cannot be read. */
    public @Nullable PluginFacts facts() {
        return facts;
    }

    /** The SHA-256 of a file, 64 hexadecimal digits. */
    public static String sha256(Path file) throws IOException {
        return WorkFolder.sum(file);
    }

    /** Of its content, 64 hexadecimal digits. */
    public String sha256() {
        return copy.sha256();
    }

    /** What is in order, one line each. */
    public List<String> passed() {
        return List.copyOf(passed);
    }

    /** What works and still should not be so. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What keeps it from being used, or from working. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** What it brings, each with an example of its settings: protocols by their names, dialers as {@code via NAME}. */
    public Map<String, List<String>> protocols() {
        return Map.copyOf(settings);
    }

    private void run() throws IOException {
        PluginFacts read;
        try {
            read = DescriptorReader.read(copy.path());
        } catch (PluginRefused e) {
            problems.add(e.getMessage());
            return;
        }
        facts = read;
        passed.add("manifest: " + read.id() + " " + read.version());
        if (read.declared().protocols() == null || read.declared().summary().contains("not said")) {
            warnings.add("its manifest does not say all that it does: Plugin-Protocols, Plugin-Network, Plugin-Files, Plugin-Threads");
        }
        range(read);
        linkage();
        load(read);
    }

    private void range(PluginFacts read) {
        try {
            sdk.requireWithin(read.requires());
            passed.add("SDK: it needs " + read.requires() + ", this is " + sdk);
        } catch (PluginRefused e) {
            problems.add(e.getMessage());
        }
    }

    private void linkage() throws IOException {
        try (JarFile jar = new JarFile(copy.path().toFile());
                URLClassLoader loader = new URLClassLoader(new URL[] {copy.path().toUri().toURL()}, new SharedClasses())) {
            Linkage.Found found = Linkage.of(jar, loader);
            found.broken().forEach(what -> problems.add("it refers to what this gateway has not: " + what));
            if (found.broken().isEmpty()) {
                passed.add("linkage: all of the SDK that it refers to is there");
            }
            List<String> left = optional(jar);
            List<String> unknown = found.unknown().stream().filter(name -> left.stream().noneMatch(name::startsWith)).toList();
            if (!unknown.isEmpty()) {
                warnings.add("it refers to classes that are neither in it nor in the SDK or the JDK, so they fail when they are needed: " + some(unknown));
            }
            warnings.addAll(Carried.in(jar));
        } catch (PluginRefused e) {
            problems.add(e.getMessage());
        }
    }

    /** The beginnings of the names of classes that its libraries use only where they are there, as its manifest says. */
    private static List<String> optional(JarFile jar) throws IOException {
        Manifest manifest = jar.getManifest();
        String said = manifest == null ? null : manifest.getMainAttributes().getValue("Plugin-Optional");
        return said == null ? List.of() : Stream.of(said.split(",", -1)).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    private void load(PluginFacts read) throws IOException {
        LoadedPlugin plugin;
        try {
            plugin = patience.load(String.valueOf(copy.path().getFileName()), read, copy);
        } catch (PluginRefused e) {
            problems.add(e.getMessage());
            return;
        }
        try {
            Map<String, Class<? extends Record>> brought = new LinkedHashMap<>();
            plugin.protocols().forEach((name, protocol) -> brought.put(name, protocol.settings()));
            plugin.dialers().forEach((name, dialer) -> brought.put(PluginStatus.VIA + name, dialer.settings()));
            passed.add("it starts and brings " + String.join(", ", brought.keySet()));
            for (Map.Entry<String, Class<? extends Record>> each : brought.entrySet()) {
                settings(each.getKey(), each.getValue());
            }
        } finally {
            patience.close(plugin);
        }
    }

    private void settings(String name, Class<? extends Record> type) throws IOException {
        Path folder = Files.createTempDirectory(scratch, "example-");
        List<String> wrong = Example.problems(type, folder);
        wrong.forEach(line -> problems.add("the example of the settings of '" + name + "' cannot be used: " + line));
        if (wrong.isEmpty()) {
            passed.add("settings of '" + name + "': they have a schema, and their examples can be read");
        }
        settings.put(name, Example.of(type));
    }

    private static String some(List<String> all) {
        String shown = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
    }

    /**
     * The plugins among the jars of a build's folder: of those with the same id, the one that was built last. What the build
     * leaves beside them is none.
     *
     * @throws IOException if it cannot be read
     */
    public static List<Path> pluginsIn(Path folder) throws IOException {
        List<Path> built;
        try (Stream<Path> files = Files.list(folder)) {
            built = files.filter(file -> isBuilt(file.getFileName().toString()) && Files.isRegularFile(file))
                    .sorted(Comparator.comparingLong((Path file) -> file.toFile().lastModified()).thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
        Map<String, Path> latest = new TreeMap<>();
        for (Path file : built) {
            PluginFacts manifest = facts(file);
            if (manifest != null) {
                latest.put(manifest.id(), file);
            }
        }
        return List.copyOf(latest.values());
    }

    /** Whether a build makes a plugin of this name: not of what the shade plugin puts aside, nor of sources and tests. */
    static boolean isBuilt(String name) {
        return name.endsWith(".jar") && !name.startsWith(".") && !name.startsWith("original-")
                && !name.matches(".*-(sources|javadoc|tests|test-sources)\\.jar");
    }
}
