package io.relaygate.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One line of text for each event, for people at a terminal; a stack trace follows on lines of its own, indented. */
final class TextLines extends EncoderBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    @Override
    public byte[] encode(ILoggingEvent event) {
        Line line = Line.of(event);
        StringBuilder out = new StringBuilder(160);
        out.append(TIME.format(line.time())).append(' ');
        out.append(line.level()).append(line.level().levelStr.length() < 5 ? "  " : " ");
        Escaped.plain(out, line.logger().substring(line.logger().lastIndexOf('.') + 1));
        out.append(": ");
        Escaped.plain(out, line.message());
        line.values().forEach((key, value) -> member(out, key, value));
        out.append('\n');
        if (line.stack() != null) {
            line.stack().lines().forEach(frame -> {
                out.append("    ");
                Escaped.plain(out, frame.strip());
                out.append('\n');
            });
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void member(StringBuilder out, String key, Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((k, v) -> member(out, key + "." + k, String.valueOf(v)));
            return;
        }
        out.append(' ');
        Escaped.plain(out, key);
        out.append('=');
        String text = value instanceof List<?> items
                ? items.stream().map(String::valueOf).collect(Collectors.joining(","))
                : value.toString();
        if (text.isEmpty() || text.chars().anyMatch(c -> c == ' ' || c == '=' || c == '"')) {
            out.append('"');
            Escaped.plain(out, text.replace("\"", "\\\""));
            out.append('"');
        } else {
            Escaped.plain(out, text);
        }
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
