package io.relaygate.access;

import io.relaygate.net.Network;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The networks from which a port may be connected to.
 *
 * @param allow who may, or null for everybody
 * @param deny who may not
 */
public record Sources(@Nullable List<Network> allow, List<Network> deny) {

    private static final int MAX_LINES = 100_000;

    /** Keeps its own copies. */
    public Sources {
        allow = allow == null ? null : List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** Reads what the settings name. */
    public static Sources read(SourceSettings settings) throws IOException {
        boolean everybody = settings.allow().isEmpty() && settings.allowFile() == null;
        return new Sources(
                everybody ? null : together(settings.allow(), settings.allowFile()),
                together(settings.deny(), settings.denyFile()));
    }

    /** The files that the settings name. */
    public static List<Path> files(SourceSettings settings) {
        return Stream.of(settings.allowFile(), settings.denyFile()).filter(Objects::nonNull).toList();
    }

    private static List<Network> together(List<Network> listed, @Nullable Path file) throws IOException {
        List<Network> all = new ArrayList<>(listed);
        if (file != null) {
            all.addAll(networks(file));
        }
        return all;
    }

    /**
     * Reads a file with a network on each line.
     *
     * @throws IOException if it cannot be read; the message names the file, and the line if that is what is wrong
     */
    public static List<Network> networks(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        }
        if (lines.size() > MAX_LINES) {
            throw new IOException(file + ": more than " + MAX_LINES + " lines");
        }
        List<Network> networks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).replaceFirst("#.*", "").strip();
            if (!text.isEmpty()) {
                try {
                    networks.add(Network.parse(text));
                } catch (IllegalArgumentException e) {
                    throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return networks;
    }

    /**
     * Lets a source pass.
     *
     * @param source the source's address, or null if it has none, as that of a Unix socket; it is in no network
     * @throws RefusedException if it may not connect
     */
    public void check(@Nullable InetAddress source) throws RefusedException {
        if (in(deny, source)) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the source is in a network that the entry point denies (sources.deny)");
        }
        if (allow != null && !in(allow, source)) {
            throw new RefusedException(Reason.NOT_ALLOWED, "the source is in no network that the entry point allows (sources.allow)");
        }
    }

    private static boolean in(List<Network> networks, @Nullable InetAddress source) {
        return source != null && networks.stream().anyMatch(network -> network.contains(source));
    }
}
