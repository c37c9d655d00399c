package io.relaygate.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The head of an HTTP/1.1 request or response: the start line and the fields (RFC 9112), read strictly and within a
 * bound. Refused are bare line feeds and carriage returns, folded lines, blanks before a colon, control characters,
 * and a second field of a kind that may come once only.
 *
 * @param first the method of a request, the version of a response
 * @param second the target of a request, the status of a response
 * @param third the version of a request, the reason of a response, perhaps empty
 * @param fields the fields in their order
 * @param length how many bytes the head has on the wire with the empty line
 */
public record HttpHead(String first, String second, String third, List<Field> fields, int length) {

    /** The bound of a head if nothing else is said, in bytes. */
    public static final int DEFAULT_LIMIT = 16 * 1024;

    private static final int MAX_FIELDS = 100;
    private static final String VERSION = "HTTP/1.1";
    private static final Set<String> ONCE = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "upgrade",
            "authorization",
            "servicebusauthorization",
            "sec-websocket-key",
            "sec-websocket-version",
            "sec-websocket-accept");

    /**
     * One field.
     *
     * @param name as it was sent; names compare without case
     * @param value without the blanks around it; bytes beyond ASCII are read as ISO 8859-1
     */
    public record Field(String name, String value) {}

    /** Keeps its own copy of the fields. */
    public HttpHead {
        fields = List.copyOf(fields);
    }

    /**
     * Reads and consumes the head of a request, and not a byte more.
     *
     * @param limit the most bytes that it may have, at most 65536
     * @throws EOFException if the connection ended first
     * @throws BadHeadException if it cannot be accepted
     */
    public static HttpHead readRequest(Link link, int limit) throws IOException {
        HttpHead head = peekRequest(link, limit);
        link.in().skipNBytes(head.length);
        return head;
    }

    /** As {@link #readRequest}, but leaves the head to be read by another. */
    public static HttpHead peekRequest(Link link, int limit) throws IOException {
        String text = peek(link, limit);
        List<String> lines = lines(text);
        String[] words = lines.getFirst().split(" ", -1);
        if (words.length != 3 || !isToken(words[0]) || words[1].isEmpty() || !isVisible(words[1])) {
            throw new BadHeadException(400, "the request line is malformed");
        }
        if (!words[2].equals(VERSION)) {
            throw new BadHeadException(words[2].startsWith("HTTP/") ? 505 : 400, "the request is not HTTP/1.1");
        }
        return new HttpHead(words[0], words[1], words[2], fields(lines), text.length());
    }

    /** Reads and consumes the head of a response, and not a byte more; as {@link #readRequest}. */
    public static HttpHead readResponse(Link link, int limit) throws IOException {
        String text = peek(link, limit);
        List<String> lines = lines(text);
        String[] words = lines.getFirst().split(" ", 3);
        if (words.length < 2 || !words[0].equals(VERSION) || !words[1].matches("[1-5][0-9][0-9]")) {
            throw new BadHeadException(400, "the status line is malformed");
        }
        HttpHead head =
                new HttpHead(words[0], words[1], words.length < 3 ? "" : words[2], fields(lines), text.length());
        link.in().skipNBytes(head.length);
        return head;
    }

    private static String peek(Link link, int limit) throws IOException {
        int seen = 0;
        while (true) {
            ByteBuffer bytes = link.peek(seen + 1);
            if (bytes.remaining() <= seen) {
                throw new EOFException(
                        seen == 0
                                ? "the connection ended before an HTTP message"
                                : "the connection ended within the head of an HTTP message");
            }
            int end = endOfHead(bytes, Math.max(0, seen - 3));
            if (end > limit || (end < 0 && bytes.remaining() >= limit)) {
                throw new BadHeadException(431, "the head of the HTTP message has more than " + limit + " bytes");
            }
            if (end > 0) {
                byte[] head = new byte[end];
                bytes.get(head);
                return new String(head, StandardCharsets.ISO_8859_1);
            }
            seen = bytes.remaining();
        }
    }

    private static int endOfHead(ByteBuffer bytes, int start) throws BadHeadException {
        for (int i = start; i < bytes.remaining(); i++) {
            if (bytes.get(i) != '\n') {
                continue;
            }
            if (i == 0 || bytes.get(i - 1) != '\r') {
                throw new BadHeadException(400, "a line of the HTTP head ends without a carriage return");
            }
            if (i == 1) {
                throw new BadHeadException(400, "the HTTP head begins with an empty line");
            }
            if (i >= 3 && bytes.get(i - 2) == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    private static List<String> lines(String text) throws BadHeadException {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf("\r\n"); end > start; end = text.indexOf("\r\n", start)) {
            String line = text.substring(start, end);
            if (line.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
                throw new BadHeadException(400, "the HTTP head has a control character");
            }
            lines.add(line);
            start = end + 2;
        }
        return lines;
    }

    private static List<Field> fields(List<String> lines) throws BadHeadException {
        if (lines.size() - 1 > MAX_FIELDS) {
            throw new BadHeadException(431, "the HTTP head has more than " + MAX_FIELDS + " fields");
        }
        List<Field> fields = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon < 1 || !isToken(line.substring(0, colon))) {
                throw new BadHeadException(400, "a field of the HTTP head is malformed");
            }
            Field field = new Field(line.substring(0, colon), line.substring(colon + 1).strip());
            String name = field.name.toLowerCase(Locale.ROOT);
            if (ONCE.contains(name) && fields.stream().anyMatch(f -> f.name.equalsIgnoreCase(name))) {
                throw new BadHeadException(400, "the HTTP head has the field " + name + " twice");
            }
            fields.add(field);
        }
        return fields;
    }

    /** Whether a word can be a method or the name of a field (RFC 9110 section 5.6.2). */
    public static boolean isToken(String word) {
        return !word.isEmpty()
                && word.chars().allMatch(c -> c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0);
    }

    private static boolean isVisible(String word) {
        return word.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }

    /** The method of a request. */
    public String method() {
        return first;
    }

    /** The target of a request: path and query, as they were sent. */
    public String target() {
        return second;
    }

    /** The status of a response. */
    public int status() {
        return Integer.parseInt(second);
    }

    /** The reason of a response, perhaps empty. */
    public String reason() {
        return third;
    }

    /** The value of the first field of this name, or null. */
    public @Nullable String field(String name) {
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return field.value;
            }
        }
        return null;
    }

    /** The words of a field that is a list, from all fields of this name, without the blanks around them. */
    public List<String> words(String name) {
        List<String> words = new ArrayList<>();
        for (Field field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                for (String word : field.value.split(",", -1)) {
                    if (!word.isBlank()) {
                        words.add(word.strip());
                    }
                }
            }
        }
        return words;
    }

    /** Whether a field that is a list has this word, without case. */
    public boolean hasWord(String name, String word) {
        return words(name).stream().anyMatch(word::equalsIgnoreCase);
    }
}
