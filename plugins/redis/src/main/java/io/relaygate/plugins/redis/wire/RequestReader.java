package io.relaygate.plugins.redis.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests: of each its name and as many arguments as the caller wants, the rest only when it is passed on. Takes
 * no form that Redis would read differently. Holds one buffer of 16 KiB, and of a request at most 64 KiB. One thread.
 */
public final class RequestReader {

    /** Longer than any command's name or subcommand's. */
    static final int LONGEST_NAME = 64;

    /** An argument that is longer is not kept, and so the request is not complete. */
    static final int LONGEST_ARGUMENT = 4096;

    private static final int MOST_KEPT = 10;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_ARGUMENTS = 1 << 20;
    private static final int MOST_DIGITS = 12;

    private final InputStream in;
    private final Idle idle;
    private final byte[] buffer = new byte[16 * 1024];
    private int from;
    private int to;
    private byte[] head = new byte[256];
    private int headLength;
    private long argumentLeft;
    private int argumentsLeft;

    /** What is done before more bytes are waited for. */
    @FunctionalInterface
    public interface Idle {
        /** For example, sends what was gathered. */
        void run() throws IOException;
    }

    /** A reader of requests that begin here. */
    public RequestReader(InputStream in, Idle idle) {
        this.in = in;
        this.idle = idle;
    }

    /**
     * Reads the beginning of the next request. The one before must have been passed on or skipped.
     *
     * @param wanted says by the command's name how many arguments after it are wanted, at most ten
     * @return null if the client has ended between two requests
     * @throws ProtocolErrorException if it is no request
     * @throws EOFException if the client has ended within one
     */
    public @Nullable Request next(ToIntFunction<String> wanted) throws IOException {
        while (true) {
            headLength = 0;
            argumentLeft = 0;
            argumentsLeft = 0;
            if (from == to && !fill()) {
                return null;
            }
            if (buffer[from] != '*') {
                List<byte[]> words = InlineCommand.words(line());
                if (!words.isEmpty()) {
                    return inline(words);
                }
            } else {
                long count = number("invalid multibulk length", MOST_ARGUMENTS);
                if (count > 0) {
                    return array((int) count, wanted);
                }
            }
        }
    }

    private Request inline(List<byte[]> words) {
        byte[] encoded = Request.encode(words);
        keep(encoded, 0, encoded.length);
        byte[] name = words.getFirst();
        return new Request(
                name.length > LONGEST_NAME ? "" : Request.lower(name), words.subList(1, words.size()), words.size() - 1);
    }

    private Request array(int count, ToIntFunction<String> wanted) throws IOException {
        argumentsLeft = count;
        byte[] name = argument(LONGEST_NAME);
        if (name == null) {
            return new Request("", List.of(), count - 1);
        }
        String word = Request.lower(name);
        int most = Math.min(Math.min(wanted.applyAsInt(word), MOST_KEPT), count - 1);
        List<byte[]> arguments = new ArrayList<>();
        while (arguments.size() < most) {
            byte[] argument = argument(LONGEST_ARGUMENT);
            if (argument == null) {
                break;
            }
            arguments.add(argument);
        }
        return new Request(word, arguments, count - 1);
    }

    /** Reads an argument, or only its length if that is more than the most: then null. */
    private byte @Nullable [] argument(int most) throws IOException {
        long length = bulkLength();
        argumentsLeft--;
        if (length > most) {
            argumentLeft = length;
            return null;
        }
        byte[] argument = new byte[(int) length];
        for (int done = 0; done < argument.length; ) {
            require();
            int n = Math.min(argument.length - done, to - from);
            System.arraycopy(buffer, from, argument, done, n);
            keep(buffer, from, n);
            from += n;
            done += n;
        }
        endOfLine(true);
        return argument;
    }

    private long bulkLength() throws IOException {
        require();
        if (buffer[from] != '$') {
            throw new ProtocolErrorException("Protocol error: expected '$', got '" + printable(buffer[from]) + "'");
        }
        long length = number("invalid bulk length", Long.MAX_VALUE);
        if (length < 0) {
            throw new ProtocolErrorException("Protocol error: invalid bulk length");
        }
        return length;
    }

    private static char printable(byte character) {
        return character > ' ' && character < 127 && character != '\'' ? (char) character : '?';
    }

    /** Reads a line of one sign and a number as Redis writes it. */
    private long number(String wrong, long most) throws IOException {
        StringBuilder digits = new StringBuilder();
        keep(take());
        while (true) {
            require();
            if (buffer[from] == '\r') {
                break;
            }
            byte next = take();
            keep(next);
            digits.append((char) next);
            if (digits.length() > MOST_DIGITS) {
                throw new ProtocolErrorException("Protocol error: " + wrong);
            }
        }
        endOfLine(true);
        String text = digits.toString();
        if (!text.matches("0|-?[1-9][0-9]*") || Long.parseLong(text) > most) {
            throw new ProtocolErrorException("Protocol error: " + wrong);
        }
        return Long.parseLong(text);
    }

    private void endOfLine(boolean kept) throws IOException {
        byte first = take();
        byte second = take();
        if (first != '\r' || second != '\n') {
            throw new ProtocolErrorException("Protocol error: expected the end of a line");
        }
        if (kept) {
            keep(first);
            keep(second);
        }
    }

    private byte[] line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (byte next = take(); next != '\n'; next = take()) {
            if (line.size() == LONGEST_LINE) {
                throw new ProtocolErrorException("Protocol error: too big inline request");
            }
            line.write(next);
        }
        return line.toByteArray();
    }

    /** Writes the whole request, reading what has not been read of it; an inline one as an array. */
    public void pass(OutputStream out) throws IOException {
        out.write(head, 0, headLength);
        forget();
        if (argumentLeft > 0) {
            copy(argumentLeft, out);
            argumentLeft = 0;
        }
        for (; argumentsLeft > 0; argumentsLeft--) {
            headLength = 0;
            long length = bulkLength();
            out.write(head, 0, headLength);
            copy(length, out);
        }
    }

    /** Reads the rest of the request for nobody. */
    public void skip() throws IOException {
        pass(OutputStream.nullOutputStream());
    }

    private void copy(long length, OutputStream out) throws IOException {
        long left = length;
        while (left > 0) {
            require();
            int n = (int) Math.min(left, to - from);
            out.write(buffer, from, n);
            from += n;
            left -= n;
        }
        endOfLine(false);
        out.write('\r');
        out.write('\n');
    }

    private void keep(byte one) {
        keep(new byte[] {one}, 0, 1);
    }

    private void keep(byte[] bytes, int offset, int length) {
        if (headLength + length > head.length) {
            byte[] larger = Arrays.copyOf(head, Math.max(2 * head.length, headLength + length));
            Arrays.fill(head, (byte) 0);
            head = larger;
        }
        System.arraycopy(bytes, offset, head, headLength, length);
        headLength += length;
    }

    /** It may hold a password. */
    private void forget() {
        Arrays.fill(head, 0, headLength, (byte) 0);
        headLength = 0;
    }

    private byte take() throws IOException {
        require();
        return buffer[from++];
    }

    private void require() throws IOException {
        if (from == to && !fill()) {
            throw new EOFException("the client has ended within a request");
        }
    }

    private boolean fill() throws IOException {
        idle.run();
        int n = in.read(buffer, 0, buffer.length);
        from = 0;
        to = Math.max(n, 0);
        return n > 0;
    }

    /** For tests of bounds. */
    int held() {
        return buffer.length + head.length;
    }
}
