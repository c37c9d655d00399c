package io.relaygate.plugins.http.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A second reader, written for the tests by the RFC alone: understands canonical messages and nothing else. */
final class Canonical {

    private static final Pattern REQUEST = Pattern.compile("[!-~]+ [!-~]+ HTTP/1\\.1");
    private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.1 [1-9][0-9]{2} [\\t -~\\x80-\\xff]*");
    private static final Pattern FIELD = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\\t -~\\x80-\\xff]*)");

    /** A message as somebody understands it. */
    record Message(String first, List<String> fields, String body, List<String> trailers) {}

    private final String text;
    private int at;

    private Canonical(String text) {
        this.text = text;
    }

    static List<Message> requests(String text) {
        return new Canonical(text).all(REQUEST, false);
    }

    static List<Message> responses(String text, boolean toHead) {
        return new Canonical(text).all(RESPONSE, toHead);
    }

    private List<Message> all(Pattern first, boolean toHead) {
        List<Message> messages = new ArrayList<>();
        while (at < text.length()) {
            messages.add(message(first, toHead));
        }
        return messages;
    }

    private Message message(Pattern pattern, boolean toHead) {
        String first = line();
        if (!pattern.matcher(first).matches()) {
            throw new AssertionError("not canonical: " + first);
        }
        List<String> fields = fields();
        String lengths = values(fields, "content-length");
        String codings = values(fields, "transfer-encoding");
        if (!lengths.isEmpty() && !codings.isEmpty()) {
            throw new AssertionError("two framings: " + fields);
        }
        boolean bodiless = toHead || first.startsWith("HTTP/1.1 1") || first.startsWith("HTTP/1.1 204") || first.startsWith("HTTP/1.1 304");
        if (codings.equals("chunked,")) {
            return chunked(first, fields);
        }
        if (!codings.isEmpty() || !lengths.matches("([0-9]+,)?")) {
            throw new AssertionError("a framing that is not canonical: " + fields);
        }
        int length = bodiless || lengths.isEmpty() ? 0 : Integer.parseInt(lengths.substring(0, lengths.length() - 1));
        return new Message(first, fields, take(length), List.of());
    }

    private Message chunked(String first, List<String> fields) {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = line();
            if (!size.matches("0|[1-9a-f][0-9a-f]*")) {
                throw new AssertionError("a chunk size that is not canonical: " + size);
            }
            if (size.equals("0")) {
                return new Message(first, fields, body.toString(), fields());
            }
            body.append(take(Integer.parseInt(size, 16)));
            if (!take(2).equals("\r\n")) {
                throw new AssertionError("data behind a chunk");
            }
        }
    }

    private List<String> fields() {
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            Matcher field = FIELD.matcher(line);
            if (!field.matches() || !field.group(2).equals(field.group(2).strip())) {
                throw new AssertionError("a field that is not canonical: " + line);
            }
            fields.add(line);
        }
        return fields;
    }

    private static String values(List<String> fields, String name) {
        StringBuilder values = new StringBuilder();
        for (String field : fields) {
            if (field.toLowerCase(java.util.Locale.ROOT).startsWith(name + ":")) {
                values.append(field.substring(name.length() + 2)).append(',');
            }
        }
        return values.toString();
    }

    private String line() {
        int end = text.indexOf("\r\n", at);
        if (end < 0) {
            throw new AssertionError("no line: " + text.substring(at));
        }
        String line = text.substring(at, end);
        at = end + 2;
        return line;
    }

    private String take(int bytes) {
        if (at + bytes > text.length()) {
            throw new AssertionError("too short by " + (at + bytes - text.length()));
        }
        at += bytes;
        return text.substring(at - bytes, at);
    }
}
