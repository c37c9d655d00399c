package io.relaygate.plugins.ssh.wire;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;

/**
 * Writes what a terminal shows as asciicast, version 2 (docs.asciinema.org/manual/asciicast/v2): a line of JSON that says what it is, and one
 * for each time that something came, with the seconds since the beginning. {@code asciinema play} shows it. Any thread.
 */
public final class Asciicast implements Closeable {

    private static final int PIECE = 4096;
    private static final int LONGEST_CHARACTER = 4;
    private static final int LONGEST_TERM = 128;
    private static final int USUAL_WIDTH = 80;
    private static final int USUAL_HEIGHT = 24;
    private static final int LARGEST = 65535;
    private static final int MICROS = 1_000_000;

    private final OutputStream to;
    private final InstantSource clock;
    private final Instant begun;
    private Duration last = Duration.ZERO;
    private boolean over;

    private final Letters shown = new Letters('o');
    private final Letters typed = new Letters('i');

    /**
     * Begins a recording.
     *
     * @param to is written a line at a time, and closed with it
     * @param width in columns, as the client says it; 0 where it does not know (RFC 4254 section 6.2)
     * @param height in rows
     * @param term the kind of terminal, {@code xterm-256color}; empty if it is not known
     */
    public Asciicast(OutputStream to, InstantSource clock, int width, int height, String term) throws IOException {
        this.to = to;
        this.clock = clock;
        this.begun = clock.instant();
        StringBuilder line = new StringBuilder("{\"version\": 2, \"width\": ").append(columns(width)).append(", \"height\": ").append(rows(height))
                .append(", \"timestamp\": ").append(begun.getEpochSecond());
        if (!term.isEmpty()) {
            quote(term.substring(0, Math.min(term.length(), LONGEST_TERM)), line.append(", \"env\": {\"TERM\": ")).append('}');
        }
        write(line.append("}\n"));
    }

    private static int columns(int width) {
        return width == 0 ? USUAL_WIDTH : sane(width);
    }

    private static int rows(int height) {
        return height == 0 ? USUAL_HEIGHT : sane(height);
    }

    /** Clients may say whatever 32 bits can hold. */
    private static int sane(int size) {
        return size < 0 ? LARGEST : Math.min(size, LARGEST);
    }

    /**
     * What the terminal is sent. A character of UTF-8 may be cut by the end and go on with the next call; bytes that are none are shown as
     * U+FFFD.
     */
    public synchronized void output(byte[] from, int offset, int length) throws IOException {
        shown.take(from, offset, length);
    }

    /** What is typed, in the same way. Passwords are among it. */
    public synchronized void input(byte[] from, int offset, int length) throws IOException {
        typed.take(from, offset, length);
    }

    /** The terminal has another size now. */
    public synchronized void resized(int width, int height) throws IOException {
        write(quote(columns(width) + "x" + rows(height), begin('r')).append("]\n"));
    }

    private StringBuilder begin(char kind) {
        Duration now = Duration.between(begun, clock.instant());
        // Clocks are set back at times, recordings never go back.
        last = now.compareTo(last) > 0 ? now : last;
        return new StringBuilder().append('[').append(last.toSeconds()).append('.').append(Integer.toString(MICROS + last.toNanosPart() / 1000).substring(1))
                .append(", \"").append(kind).append("\", ");
    }

    /** As a string of JSON (RFC 8259 section 7). */
    private static StringBuilder quote(CharSequence value, StringBuilder into) {
        into.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> into.append('\\').append(c);
                case '\n' -> into.append("\\n");
                case '\r' -> into.append("\\r");
                case '\t' -> into.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        into.append("\\u00").append(HexFormat.of().toHexDigits((byte) c));
                    } else {
                        into.append(c);
                    }
                }
            }
        }
        return into.append('"');
    }

    private void write(StringBuilder line) throws IOException {
        to.write(line.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Ends it. A character that was cut is shown as U+FFFD. */
    @Override
    public synchronized void close() throws IOException {
        if (over) {
            return;
        }
        over = true;
        try (to) {
            shown.end();
            typed.end();
        }
    }

    /** The bytes of one direction, as letters. */
    private final class Letters {
        private final char kind;
        private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private final ByteBuffer bytes = ByteBuffer.allocate(PIECE + LONGEST_CHARACTER);
        private final CharBuffer text = CharBuffer.allocate(PIECE + LONGEST_CHARACTER);

        Letters(char kind) {
            this.kind = kind;
        }

        void take(byte[] from, int offset, int length) throws IOException {
            if (over) {
                throw new IOException("the recording is over");
            }
            for (int at = 0; at < length; ) {
                int n = Math.min(length - at, PIECE);
                bytes.put(from, offset + at, n).flip();
                decoder.decode(bytes, text, false);
                bytes.compact();
                event();
                at += n;
            }
        }

        /** Writes what there is as an event, if there is anything. */
        private void event() throws IOException {
            text.flip();
            if (text.hasRemaining()) {
                write(quote(text, begin(kind)).append("]\n"));
            }
            text.clear();
        }

        void end() throws IOException {
            bytes.flip();
            decoder.decode(bytes, text, true);
            decoder.flush(text);
            bytes.clear();
            event();
        }
    }
}
