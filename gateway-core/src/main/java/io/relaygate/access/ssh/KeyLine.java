package io.relaygate.access.ssh;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A line of a file of public keys, as of {@code authorized_keys} (sshd(8)): options, the type, the key in base64, and a
 * comment.
 *
 * @param options the options, by name in lower case, with their values; empty for one that has none
 * @param comment what follows the key, perhaps empty
 */
public record KeyLine(Map<String, String> options, SshKey key, String comment) {

    /** Keeps its own copy. */
    public KeyLine {
        options = Map.copyOf(options);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message says what is wrong
     */
    public static KeyLine parse(String line) {
        String text = line.strip();
        Map<String, String> options = new LinkedHashMap<>();
        int at = isType(word(text, 0)) ? 0 : options(text, options);
        String type = word(text, at);
        if (!isType(type)) {
            throw new IllegalArgumentException("expected a public key such as ssh-ed25519 AAAA..., after options if there are any");
        }
        if (type.contains("-cert-")) {
            throw new IllegalArgumentException("a certificate, where a key is expected");
        }
        String[] words = text.substring(at).split("[ \t]+", 3);
        if (words.length < 2) {
            throw new IllegalArgumentException("nothing follows " + type);
        }
        SshKey key = SshKey.parse(ByteBuffer.wrap(decoded(words[1])));
        if (!key.type().equals(type)) {
            throw new IllegalArgumentException("the key is not of the type that stands before it");
        }
        return new KeyLine(options, key, words.length < 3 ? "" : words[2]);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the key is not base64", e);
        }
    }

    private static String word(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != ' ' && text.charAt(end) != '\t') {
            end++;
        }
        return text.substring(from, end);
    }

    private static boolean isType(String word) {
        return word.matches("(sk-)?(ssh|ecdsa)-[a-z0-9@.-]+");
    }

    /** Reads the options that a line begins with, {@code name="value",name}, and says where the key begins. */
    private static int options(String text, Map<String, String> options) {
        int at = 0;
        while (true) {
            int end = at;
            while (end < text.length() && isOfName(text.charAt(end))) {
                end++;
            }
            String name = text.substring(at, end).toLowerCase(Locale.ROOT);
            StringBuilder value = new StringBuilder();
            if (end < text.length() && text.charAt(end) == '=') {
                end = quoted(text, end + 1, value);
            }
            if (name.isEmpty() || options.putIfAbsent(name, value.toString()) != null) {
                throw new IllegalArgumentException("expected options such as caller=\"alice\", each once, and then a public key");
            }
            if (end < text.length() && text.charAt(end) == ',') {
                at = end + 1;
                continue;
            }
            int key = end;
            while (key < text.length() && (text.charAt(key) == ' ' || text.charAt(key) == '\t')) {
                key++;
            }
            if (key == end || key == text.length()) {
                throw new IllegalArgumentException("no public key after the options");
            }
            return key;
        }
    }

    private static boolean isOfName(char c) {
        return c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static int quoted(String text, int from, StringBuilder value) {
        if (from >= text.length() || text.charAt(from) != '"') {
            throw new IllegalArgumentException("the value of an option stands in quotation marks");
        }
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return i + 1;
            }
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                i++;
            }
            value.append(text.charAt(i));
        }
        throw new IllegalArgumentException("a quotation mark is missing");
    }
}
