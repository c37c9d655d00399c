package io.relaygate.plugins.http.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of cases. A case begins with {@code == what it is}; below come the bytes, {@code -->}, and what becomes of them: a status, or
 * bytes again. A line stands for itself and CRLF; one that ends with a backslash has no CRLF; {@code \r \n \t \xHH \\} are single bytes.
 */
final class Cases {

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:[rnt\\\\]|x[0-9a-f]{2})");

    private Cases() {}

    /**
     * A case.
     *
     * @param in what comes
     * @param status with which it is refused; 0 if it is not
     * @param out what goes on; empty if it is refused
     */
    record Case(String name, String in, int status, String out) {
        byte[] bytes() {
            return in.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> read(String resource) {
        try (InputStream in = Objects.requireNonNull(Cases.class.getResourceAsStream(resource), resource)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Case> parse(String text) {
        List<Case> cases = new ArrayList<>();
        String name = null;
        StringBuilder in = new StringBuilder();
        StringBuilder out = new StringBuilder();
        @Nullable Integer status = null;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("== ") || line.startsWith("#")) {
                if (name != null) {
                    cases.add(done(name, in, status, out));
                }
                name = line.startsWith("== ") ? line.substring(3) : null;
                in.setLength(0);
                out.setLength(0);
                status = null;
            } else if (name != null && line.startsWith("-->")) {
                status = line.length() == 3 ? 0 : Integer.parseInt(line.substring(3).strip());
            } else if (name != null && (status == null || status == 0)) {
                (status == null ? in : out).append(line(line));
            }
        }
        if (name != null) {
            cases.add(done(name, in, status, out));
        }
        return cases;
    }

    private static Case done(String name, StringBuilder in, @Nullable Integer status, StringBuilder out) {
        if (status == null) {
            throw new IllegalArgumentException("no --> in case '" + name + "'");
        }
        return new Case(name, in.toString(), status, status == 0 ? out.toString() : "");
    }

    private static String line(String line) {
        boolean open = line.endsWith("\\") && !line.endsWith("\\\\");
        String text = open ? line.substring(0, line.length() - 1) : line;
        StringBuilder bytes = new StringBuilder();
        Matcher escapes = ESCAPE.matcher(text);
        while (escapes.find()) {
            escapes.appendReplacement(bytes, Matcher.quoteReplacement(String.valueOf(unescaped(escapes.group()))));
        }
        escapes.appendTail(bytes);
        return open ? bytes.toString() : bytes + "\r\n";
    }

    private static char unescaped(String escape) {
        return switch (escape.charAt(1)) {
            case 'r' -> '\r';
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'x' -> (char) Integer.parseInt(escape.substring(2), 16);
            default -> '\\';
        };
    }
}
