package io.relaygate.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a build leaves a plugin's jar, again and again, as Maven's {@code target} is. Each jar is taken when it is complete and
 * kept as a copy, so that what the build deletes, or has not finished, changes nothing. Any thread.
 */
final class BuildFolder {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);

    /** What can be seen of a file without reading it. */
    private record Stamp(long size, FileTime modified) {}

    private final Path folder;
    private final Path copies;
    private Map<Path, Stamp> before = new HashMap<>();
    /** What was looked into, whatever came of it. */
    private final Map<Path, Stamp> done = new HashMap<>();
    /** The file names of the copies by plugin id. */
    private final Map<String, String> taken = new HashMap<>();

    /**
     * Takes what is complete now.
     *
     * @param copies an empty folder
     */
    BuildFolder(Path folder, Path copies) {
        this.folder = folder;
        this.copies = copies;
        before = stamps();
        look();
    }

    /** The copies, one of each plugin. */
    synchronized List<Path> jars() {
        return taken.values().stream().sorted().map(copies::resolve).toList();
    }

    /**
     * Takes the jars that are new, and the same as they were when it was last looked.
     *
     * @return whether there were any
     */
    synchronized boolean look() {
        Map<Path, Stamp> now = stamps();
        // Of two versions that lie there, the one that was built last counts.
        List<Map.Entry<Path, Stamp>> still = now.entrySet().stream()
                .filter(jar -> jar.getValue().equals(before.get(jar.getKey())) && !jar.getValue().equals(done.get(jar.getKey())))
                .sorted(Map.Entry.comparingByValue(Comparator.comparing(Stamp::modified)))
                .toList();
        before = now;
        boolean found = false;
        for (Map.Entry<Path, Stamp> jar : still) {
            done.put(jar.getKey(), jar.getValue());
            found |= take(jar.getKey());
        }
        return found;
    }

    private boolean take(Path jar) {
        String name = jar.getFileName().toString();
        Path part = copies.resolve("." + name);
        try {
            Files.copy(jar, part, StandardCopyOption.REPLACE_EXISTING);
            if (!isWhole(part)) {
                return false;
            }
            String id = DescriptorReader.read(part).id();
            Files.move(part, copies.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            String old = taken.put(id, name);
            if (old != null && !old.equals(name)) {
                Files.deleteIfExists(copies.resolve(old));
            }
            return true;
        } catch (PluginRefused e) {
            LOG.atWarn().addKeyValue("file", jar).addKeyValue("reason", e.getMessage()).log("what was built is no plugin");
            return false;
        } catch (IOException e) {
            // It is being replaced: it is another file at the next look.
            return false;
        }
    }

    private static boolean isWhole(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            WholeJar.require(file);
            return true;
        } catch (IOException | PluginRefused e) {
            LOG.atDebug().addKeyValue("file", jar.getFileName()).log("a jar that is still being written");
            return false;
        }
    }

    private Map<Path, Stamp> stamps() {
        Map<Path, Stamp> stamps = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> PluginCheck.isBuilt(each.getFileName().toString())).toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.put(file, new Stamp(attributes.size(), attributes.lastModifiedTime()));
            }
        } catch (IOException e) {
            // The build has it deleted, or deletes it now.
        }
        return stamps;
    }
}
