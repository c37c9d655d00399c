package io.relaygate.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** One JSON object for each event: {@code ts}, {@code level}, {@code logger}, {@code msg} and the key values. */
final class JsonLines extends EncoderBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Override
    public byte[] encode(ILoggingEvent event) {
        Line line = Line.of(event);
        StringBuilder out = new StringBuilder(256);
        out.append("{\"ts\":\"").append(TIME.format(line.time()));
        out.append("\",\"level\":\"").append(line.level()).append('"');
        member(out, "logger", line.logger());
        member(out, "msg", line.message());
        line.values().forEach((key, value) -> member(out, key, value));
        if (line.stack() != null) {
            member(out, "stack", line.stack());
        }
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void member(StringBuilder out, String key, Object value) {
        out.append(',');
        Escaped.json(out, key);
        out.append(':');
        switch (value) {
            case Double number when number.isNaN() || number.isInfinite() -> Escaped.json(out, number.toString());
            case Float number when number.isNaN() || number.isInfinite() -> Escaped.json(out, number.toString());
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            case Map<?, ?> map -> {
                out.append('{');
                map.forEach((k, v) -> {
                    out.append(out.charAt(out.length() - 1) == '{' ? "" : ",");
                    Escaped.json(out, String.valueOf(k));
                    out.append(':');
                    Escaped.json(out, String.valueOf(v));
                });
                out.append('}');
            }
            case List<?> items -> {
                out.append('[');
                items.forEach(item -> {
                    out.append(out.charAt(out.length() - 1) == '[' ? "" : ",");
                    Escaped.json(out, String.valueOf(item));
                });
                out.append(']');
            }
            default -> Escaped.json(out, value.toString());
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
