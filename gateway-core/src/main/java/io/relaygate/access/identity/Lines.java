package io.relaygate.access.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Files that say something on each line; empty ones and those that begin with {@code #} say nothing. */
final class Lines {

    private static final int MOST = 100_000;
    private static final long LARGEST = 64L * 1024 * 1024;

    private Lines() {}

    /** Reads a line that holds a secret. */
    @FunctionalInterface
    interface SecretReader {
        /** As {@link Reader#read}; the array is wiped afterwards. */
        void read(char[] line);
    }

    /** Reads a line. */
    @FunctionalInterface
    interface Reader {
        /**
         * Reads it.
         *
         * @throws IllegalArgumentException if it is wrong; the message says how, and nothing that is secret
         */
        void read(String line);
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it cannot be read, or is wrong; the message names it, and the line
     */
    static void read(Path file, Reader reader) throws IOException {
        readSecrets(file, line -> reader.read(new String(line)));
    }

    /** The same for a file of secrets, of which no text is made. */
    static void readSecrets(Path file, SecretReader reader) throws IOException {
        char[] text = text(file);
        try {
            int number = 0;
            for (int from = 0; from < text.length; ) {
                int to = from;
                while (to < text.length && text[to] != '\n' && text[to] != '\r') {
                    to++;
                }
                number++;
                if (number > MOST) {
                    throw new IOException(file + ": more than " + MOST + " lines");
                }
                line(file, number, text, from, to, reader);
                boolean both = to + 1 < text.length && text[to] == '\r' && text[to + 1] == '\n';
                from = to + (both ? 2 : 1);
            }
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private static void line(Path file, int number, char[] text, int begin, int end, SecretReader reader) throws IOException {
        int from = begin;
        int to = end;
        while (from < to && Character.isWhitespace(text[from])) {
            from++;
        }
        while (to > from && Character.isWhitespace(text[to - 1])) {
            to--;
        }
        if (from == to || text[from] == '#') {
            return;
        }
        char[] line = Arrays.copyOfRange(text, from, to);
        try {
            reader.read(line);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
        } finally {
            Arrays.fill(line, '\0');
        }
    }

    private static char[] text(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + ": larger than " + LARGEST + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            try {
                return Arrays.copyOf(decoded.array(), decoded.limit());
            } finally {
                Arrays.fill(bytes, (byte) 0);
                Arrays.fill(decoded.array(), '\0');
            }
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": not UTF-8", e);
        }
    }
}
