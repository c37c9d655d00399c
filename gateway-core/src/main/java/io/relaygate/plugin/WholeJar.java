package io.relaygate.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;

/** Whether a jar is all there. A class loader finds out class by class, when sessions already need them. */
final class WholeJar {

    private static final byte[] FIRST = {'P', 'K', 3, 4};

    private WholeJar() {}

    /** Reads every entry and refuses the jar if one is not what was packed. */
    static void require(JarFile jar) throws PluginRefused {
        List<? extends ZipEntry> entries = Collections.list(jar.entries());
        for (ZipEntry entry : entries) {
            if (!isWhole(jar, entry)) {
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

    private static boolean isWhole(JarFile jar, ZipEntry entry) {
        CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
        try (InputStream in = jar.getInputStream(entry)) {
            in.transferTo(sum);
            return entry.isDirectory() || sum.getChecksum().getValue() == entry.getCrc();
        } catch (IOException | SecurityException e) {
            return false;
        }
    }
}
