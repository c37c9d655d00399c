package io.relaygate.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/** Whether a jar is all there. A class loader finds out class by class, when sessions already need them. */
final class WholeJar {

    private static final byte[] FIRST = {'P', 'K', 3, 4};

    private WholeJar() {}

    /** Reads every entry and refuses the jar if one is not what was packed. */
    static void require(JarFile jar) throws PluginRefused {
        List<? extends ZipEntry> entries = Collections.list(jar.entries());
        byte[] buffer = new byte[1 << 16];
        for (ZipEntry entry : entries) {
            if (!isWhole(jar, entry, buffer)) {
                throw new PluginRefused("it is damaged: its entry '" + entry.getName() + "' is not what was packed");
            }
        }
    }

    /** What is wrong with a file that cannot be opened as a jar, for this reason. */
    static String trouble(Path file, IOException reason) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(FIRST.length);
            if (first.length == 0) {
                return "it is empty";
            }
            return (Arrays.equals(first, FIRST) ? "it is cut short or damaged (" : "it is not a jar (")
                    + PluginRefused.describe(reason) + ")";
        } catch (IOException e) {
            return "it cannot be read (" + PluginRefused.describe(reason) + ")";
        }
    }

    /** With one buffer for all: a jar may have thousands of entries, and each start of a gateway reads them. */
    private static boolean isWhole(JarFile jar, ZipEntry entry, byte[] buffer) {
        CRC32 sum = new CRC32();
        try (InputStream in = jar.getInputStream(entry)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sum.update(buffer, 0, n);
            }
            return entry.isDirectory() || sum.getValue() == entry.getCrc();
        } catch (IOException | SecurityException e) {
            return false;
        }
    }
}
