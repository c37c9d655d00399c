package io.relaygate.observe;

/**
 * Text made fit for a line of the log: nothing in it can end the line, move a terminal's cursor, turn the direction of
 * writing, or make the line endless.
 */
final class Escaped {

    /** How many characters of one value are kept. */
    static final int LIMIT = 256;

    private Escaped() {}

    /** The first {@code limit} characters; what was cut is marked by an ellipsis. */
    static String capped(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end) + "…";
    }

    /** Appends a JSON string with its quotes. RFC 8259, section 7. */
    static void json(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else {
                character(out, text, i);
            }
        }
        out.append('"');
    }

    /** Appends text for people to read. */
    static void plain(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            character(out, text, i);
        }
    }

    private static void character(StringBuilder out, String text, int index) {
        char c = text.charAt(index);
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (harmless(text, index)) {
                    out.append(c);
                } else {
                    out.append("\\u").append(String.format("%04x", (int) c));
                }
            }
        }
    }

    private static boolean harmless(String text, int index) {
        char c = text.charAt(index);
        if (c >= ' ' && c < 0x7f) {
            return true;
        }
        if (Character.isHighSurrogate(c)) {
            return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
