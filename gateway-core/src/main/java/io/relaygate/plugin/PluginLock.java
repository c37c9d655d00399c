package io.relaygate.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file that says what each jar of a folder is: lines as {@code sha256sum} writes and checks them. */
public final class PluginLock {

    /** Its name in the plugins folder. */
    public static final String FILE = "plugins.lock";

    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](.+)");

    private PluginLock() {}

    /**
     * The SHA-256 of jars, 64 hexadecimal digits, by their file names.
     *
     * @throws IOException if it cannot be read, or a line is something else; the message says which
     */
    public static Map<String, String> read(Path file) throws IOException {
        Map<String, String> sums = new HashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            number++;
            Matcher matcher = LINE.matcher(line);
            if (!line.isBlank() && !matcher.matches()) {
                throw new IOException("line " + number + " is no SHA-256 and file name");
            }
            if (!line.isBlank()) {
                sums.put(matcher.group(2), matcher.group(1));
            }
        }
        return sums;
    }

    /**
     * Writes the file anew, with what the folder's jars are now; those that are put out of use are named too.
     *
     * @return the lines
     * @throws IOException if a jar cannot be read, or the file not be written
     */
    public static Map<String, String> write(Path folder) throws IOException {
        Map<String, String> sums = new TreeMap<>();
        for (Path jar : PluginHost.files(folder, file -> PluginHost.isJar(file) || PluginHost.isDisabled(file))) {
            String name = jar.getFileName().toString();
            if (!name.matches("\\P{Cntrl}+")) {
                throw new IOException("a file name in " + folder + " has control characters, which no lock file can name: "
                        + name.replaceAll("\\p{Cntrl}", "?"));
            }
            sums.put(name, WorkFolder.sum(jar));
        }
        put(folder, sums);
        return sums;
    }

    /**
     * Changes some lines of the file and leaves the others, which may name jars that nobody has looked at since.
     *
     * @param change gets the SHA-256 of each jar by its file name
     * @throws IOException if it cannot be read or written
     */
    public static void change(Path folder, Consumer<Map<String, String>> change) throws IOException {
        Path file = folder.resolve(FILE);
        Map<String, String> sums = new TreeMap<>(Files.exists(file) ? read(file) : Map.of());
        change.accept(sums);
        put(folder, sums);
    }

    private static void put(Path folder, Map<String, String> sums) throws IOException {
        StringBuilder text = new StringBuilder();
        sums.forEach((jar, sum) -> text.append(sum).append("  ").append(jar).append('\n'));
        Path fresh = folder.resolve("." + FILE);
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
