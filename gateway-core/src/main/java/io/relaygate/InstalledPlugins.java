package io.relaygate;

import io.relaygate.config.FileTrouble;
import io.relaygate.plugin.PluginCheck;
import io.relaygate.plugin.PluginFacts;
import io.relaygate.plugin.PluginHost;
import io.relaygate.plugin.PluginLock;
import io.relaygate.plugin.PluginTrust;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a plugins folder, for the commands that change it. Each change leaves the folder whole at every moment: a
 * gateway that looks meanwhile sees the jar as it was or as it will be. A gateway loads none that is put out of use, and what
 * it has loaded is its own copy.
 */
public final class InstalledPlugins {

    private final Path folder;
    /** Whether the lock file decides, and whether it is kept up to date because it is there. */
    private final boolean locked;

    private final boolean locks;

    /**
     * Of a folder.
     *
     * @param locked whether its jars are loaded only if the lock file names them
     */
    public InstalledPlugins(Path folder, boolean locked) {
        this.folder = folder;
        this.locked = locked;
        this.locks = locked || Files.exists(folder.resolve(PluginLock.FILE));
    }

    /**
     * A jar in the folder.
     *
     * @param file where it is
     * @param name its file name when it is in use, {@code line-1.0.0.jar}
     * @param id its {@code Plugin-Id}; null if its manifest cannot be read
     * @param version its {@code Plugin-Version}, likewise
     * @param enabled whether it is in use
     */
    public record Jar(Path file, String name, @Nullable String id, @Nullable String version, boolean enabled) {}

    /**
     * Every jar, by file name.
     *
     * @throws IOException if the folder cannot be read
     */
    public List<Jar> all() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(InstalledPlugins::jar).flatMap(Optional::stream).sorted((a, b) -> a.file().compareTo(b.file())).toList();
        }
    }

    /** Those that somebody may mean by a file name or an id; one that is in use comes first. */
    public List<Jar> find(String nameOrId) throws IOException {
        List<Jar> all = all();
        List<Jar> named = all.stream().filter(jar -> jar.name().equals(nameOrId) || jar.file().endsWith(nameOrId)).toList();
        List<Jar> meant = named.isEmpty() ? all.stream().filter(jar -> nameOrId.equals(jar.id())).toList() : named;
        return meant.stream().sorted((a, b) -> Boolean.compare(b.enabled(), a.enabled())).toList();
    }

    /**
     * Puts a jar into the folder in one step, in place of all others with its id.
     *
     * @param source the jar; what signs it, if anything does, is beside it
     * @param name what it is called in the folder
     * @param sha256 its content
     * @return the file names of those that it replaces
     */
    public List<String> install(Path source, String name, String id, String sha256) throws IOException {
        requireLockFile();
        List<Jar> replaced = all().stream().filter(jar -> jar.name().equals(name) || id.equals(jar.id())).toList();
        put(source, name);
        Path signature = PluginTrust.Signed.signature(source);
        if (Files.exists(signature)) {
            put(signature, name + ".sig");
        } else {
            Files.deleteIfExists(folder.resolve(name + ".sig"));
        }
        List<String> names = new ArrayList<>();
        for (Jar jar : replaced) {
            names.add(jar.file().getFileName().toString());
            if (!jar.file().endsWith(name)) {
                Files.delete(jar.file());
            }
            if (!jar.name().equals(name)) {
                Files.deleteIfExists(folder.resolve(jar.name() + ".sig"));
            }
        }
        lock(sums -> {
            names.forEach(sums::remove);
            sums.put(name, sha256);
        });
        return names;
    }

    /** Deletes a jar, and what signs it. */
    public void remove(Jar jar) throws IOException {
        requireLockFile();
        Files.delete(jar.file());
        Files.deleteIfExists(folder.resolve(jar.name() + ".sig"));
        lock(sums -> sums.remove(jar.file().getFileName().toString()));
    }

    /**
     * Puts a jar out of use, or back into use.
     *
     * @throws IOException if that fails, or if the lock file decides and names another content; the message is for people
     */
    public void enable(Jar jar, boolean enabled) throws IOException {
        Map<String, String> named = requireLockFile();
        if (enabled && locked) {
            requireLocked(jar, named);
        }
        Path target = folder.resolve(jar.name() + (enabled ? "" : PluginHost.DISABLED));
        if (Files.exists(target)) {
            throw new IOException(target + " is there too: remove one of the two");
        }
        Files.move(jar.file(), target, StandardCopyOption.ATOMIC_MOVE);
        lock(sums -> {
            String sum = sums.remove(jar.file().getFileName().toString());
            if (sum != null) {
                sums.put(target.getFileName().toString(), sum);
            }
        });
    }

    /** Before anything is changed: a file that cannot be read would be found when the jar is already there. */
    private Map<String, String> requireLockFile() throws IOException {
        Path file = folder.resolve(PluginLock.FILE);
        try {
            return Files.exists(file) ? PluginLock.read(file) : Map.of();
        } catch (IOException e) {
            throw new IOException(FileTrouble.explain(file, e) + "; `relaygate plugins lock` writes it anew", e);
        }
    }

    private static void requireLocked(Jar jar, Map<String, String> sums) throws IOException {
        if (!PluginCheck.sha256(jar.file()).equals(sums.get(jar.file().getFileName().toString()))) {
            throw new IOException(jar.file() + " is not what " + PluginLock.FILE + " names: look at it with `relaygate plugins info`, "
                    + "then `relaygate plugins lock` takes it in");
        }
    }

    private void lock(Consumer<Map<String, String>> change) throws IOException {
        if (locks) {
            PluginLock.change(folder, change);
        }
    }

    /** A file whose name begins with a dot is no plugin yet. */
    private void put(Path source, String name) throws IOException {
        Path part = folder.resolve("." + name + ".part");
        Files.copy(source, part, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Optional<Jar> jar(Path file) {
        String name = file.getFileName().toString();
        boolean disabled = name.endsWith(".jar" + PluginHost.DISABLED);
        if (name.startsWith(".") || (!disabled && !name.endsWith(".jar"))) {
            return Optional.empty();
        }
        PluginFacts facts = Files.isRegularFile(file) ? PluginCheck.facts(file) : null;
        return Optional.of(new Jar(file, disabled ? name.substring(0, name.length() - PluginHost.DISABLED.length()) : name,
                facts == null ? null : facts.id(), facts == null ? null : facts.version(), !disabled));
    }
}
