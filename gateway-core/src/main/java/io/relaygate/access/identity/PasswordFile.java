package io.relaygate.access.identity;

import io.relaygate.net.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A password file: its lines by their names, in their order. */
public final class PasswordFile {

    private static final PasswordLine NOBODY = new PasswordLine(
            "nobody",
            PasswordLine.ITERATIONS,
            new PasswordLine.Bytes(new byte[16]),
            new PasswordLine.Bytes(new byte[32]),
            Set.of());

    private final Map<String, PasswordLine> lines;
    private final List<PasswordLine> all;

    private PasswordFile(Map<String, PasswordLine> lines) {
        this.lines = lines;
        this.all = List.copyOf(lines.values());
    }

    /** A file with nobody in it. */
    public static PasswordFile empty() {
        return new PasswordFile(new LinkedHashMap<>());
    }

    /**
     * Reads one.
     *
     * @throws IOException if it cannot be read, or is wrong; the message names the file, and the line
     */
    public static PasswordFile read(Path file) throws IOException {
        Map<String, PasswordLine> lines = new LinkedHashMap<>();
        Lines.read(file, text -> {
            PasswordLine line = PasswordLine.parse(text);
            if (lines.put(line.name(), line) != null) {
                throw new IllegalArgumentException("a name that is there already");
            }
        });
        return new PasswordFile(lines);
    }

    /** The line of a name, or null. */
    public @Nullable PasswordLine line(String name) {
        return lines.get(name);
    }

    /**
     * The line by which a name is judged that is not there, so that it takes as long as one that is. The same name has
     * always the same one.
     *
     * @param choice a number that nobody can foresee
     */
    PasswordLine standIn(int choice) {
        return all.isEmpty() ? NOBODY : all.get(Math.floorMod(choice, all.size()));
    }

    /** The same file with a line in place of that of the same name, or added. */
    public PasswordFile with(PasswordLine line) {
        Map<String, PasswordLine> changed = new LinkedHashMap<>(lines);
        changed.put(line.name(), line);
        return new PasswordFile(changed);
    }

    /** The same file without a name. */
    public PasswordFile without(String name) {
        Map<String, PasswordLine> changed = new LinkedHashMap<>(lines);
        changed.remove(name);
        return new PasswordFile(changed);
    }

    /** Writes it, for its owner alone; whoever reads it meanwhile sees the old one or the new one. */
    public void write(Path file) throws IOException {
        List<String> texts = new ArrayList<>();
        texts.add("# name:kind:iterations:salt:hash:groups, written by relaygate passwd");
        all.forEach(line -> texts.add(line.text()));
        byte[] bytes = (String.join("\n", texts) + "\n").getBytes(StandardCharsets.UTF_8);
        PrivateFile.write(file, out -> out.write(bytes));
    }
}
