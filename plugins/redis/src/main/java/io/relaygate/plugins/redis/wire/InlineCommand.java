package io.relaygate.plugins.redis.wire;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** A request that was typed: words between blanks, of which some are quoted as Redis reads them ({@code sdssplitargs}). */
final class InlineCommand {

    private final byte[] line;
    private int at;

    private InlineCommand(byte[] line) {
        this.line = line;
    }

    /**
     * Its words; none for an empty line.
     *
     * @param line without the line feed
     */
    static List<byte[]> words(byte[] line) throws ProtocolErrorException {
        return new InlineCommand(line).words();
    }

    private List<byte[]> words() throws ProtocolErrorException {
        List<byte[]> words = new ArrayList<>();
        while (true) {
            while (at < line.length && isBlank(line[at])) {
                at++;
            }
            if (at == line.length) {
                return words;
            }
            words.add(word());
        }
    }

    private byte[] word() throws ProtocolErrorException {
        ByteArrayOutputStream word = new ByteArrayOutputStream();
        while (at < line.length && !isBlank(line[at])) {
            byte next = line[at++];
            switch (next) {
                case '"' -> quoted(word, '"');
                case '\'' -> quoted(word, '\'');
                case 0 -> throw new ProtocolErrorException("Protocol error: zero byte in request");
                default -> word.write(next);
            }
        }
        return word.toByteArray();
    }

    private void quoted(ByteArrayOutputStream word, char quote) throws ProtocolErrorException {
        while (at < line.length) {
            byte next = line[at++];
            if (next == quote) {
                if (at < line.length && !isBlank(line[at])) {
                    throw unbalanced();
                }
                return;
            }
            word.write(next == '\\' ? escaped(quote) : next);
        }
        throw unbalanced();
    }

    private int escaped(char quote) throws ProtocolErrorException {
        if (at == line.length) {
            throw unbalanced();
        }
        if (quote == '\'') {
            return line[at] == '\'' ? line[at++] : '\\';
        }
        if (at + 2 < line.length && line[at] == 'x' && digit(line[at + 1]) >= 0 && digit(line[at + 2]) >= 0) {
            int value = digit(line[at + 1]) * 16 + digit(line[at + 2]);
            at += 3;
            return value;
        }
        byte next = line[at++];
        return switch (next) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> next;
        };
    }

    private static int digit(byte character) {
        return Character.digit(character, 16);
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || (character >= '\t' && character <= '\r');
    }

    private static ProtocolErrorException unbalanced() {
        return new ProtocolErrorException("Protocol error: unbalanced quotes in request");
    }
}
