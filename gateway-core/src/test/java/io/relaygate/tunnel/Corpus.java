package io.relaygate.tunnel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Bytes that ends of carriers once took wrongly, or that lead deep into them. A file's name begins with the kind of end,
 * {@code site-} or {@code edge-opening-}; it holds hexadecimal digits, and words for people behind {@code #}.
 */
final class Corpus {

    static final Path FOLDER = Path.of("src/test/resources/io/relaygate/tunnel/corpus");

    private final String name;
    private final FedEnd.Kind kind;
    private final byte[] bytes;

    private Corpus(String name, FedEnd.Kind kind, byte[] bytes) {
        this.name = name;
        this.kind = kind;
        this.bytes = bytes;
    }

    FedEnd.Kind kind() {
        return kind;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    static List<Corpus> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Corpus::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Corpus read(Path file) {
        try {
            StringBuilder digits = new StringBuilder();
            for (String line : Files.readAllLines(file)) {
                digits.append(line.replaceFirst("#.*", "").replaceAll("\\s", ""));
            }
            String name = file.getFileName().toString();
            return new Corpus(name, kind(name), HexFormat.of().parseHex(digits));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FedEnd.Kind kind(String name) {
        return Stream.of(FedEnd.Kind.values())
                .filter(kind -> name.startsWith(prefix(kind)))
                .max(Comparator.comparingInt(kind -> prefix(kind).length()))
                .orElseThrow(() -> new IllegalArgumentException("no kind of end: " + name));
    }

    static String prefix(FedEnd.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-";
    }

    /** Bytes in pieces of the same length. */
    static List<byte[]> cut(byte[] bytes, int size) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            pieces.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
        }
        return pieces;
    }

    @Override
    public String toString() {
        return name;
    }
}
