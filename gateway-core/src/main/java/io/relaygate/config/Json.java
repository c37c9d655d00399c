package io.relaygate.config;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes JSON (RFC 8259) for people: maps, lists, texts, numbers and truths, indented by two. */
final class Json {

    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /** The text of a value, with a newline at its end. */
    static String write(Object value) {
        Json json = new Json();
        json.value(value, "\n");
        return json.out.append('\n').toString();
    }

    private void value(Object value, String newline) {
        switch (value) {
            case Map<?, ?> map when map.isEmpty() -> out.append("{}");
            case Map<?, ?> map -> {
                members(map.entrySet().iterator(), newline + "  ");
                out.append(newline).append('}');
            }
            case List<?> list -> items(list.iterator(), newline);
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            default -> text(value.toString());
        }
    }

    private void members(Iterator<? extends Map.Entry<?, ?>> members, String newline) {
        out.append('{');
        while (members.hasNext()) {
            Map.Entry<?, ?> member = members.next();
            out.append(newline);
            text(String.valueOf(member.getKey()));
            out.append(": ");
            value(member.getValue(), newline);
            out.append(members.hasNext() ? "," : "");
        }
    }

    private void items(Iterator<?> items, String newline) {
        out.append('[');
        while (items.hasNext()) {
            value(items.next(), newline);
            out.append(items.hasNext() ? ", " : "");
        }
        out.append(']');
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
