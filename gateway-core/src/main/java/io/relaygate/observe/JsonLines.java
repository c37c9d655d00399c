package io.relaygate.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/** One JSON object for each event: {@code ts}, {@code level}, {@code logger}, {@code msg} and the key values. */
final class JsonLines extends EncoderBase<ILoggingEvent> {

    @Override
    public byte[] encode(ILoggingEvent event) {
        Line line = Line.of(event);
        StringBuilder out = new StringBuilder(256);
        out.append("{\"ts\":\"").append(JsonText.time(line.time()));
        out.append("\",\"level\":\"").append(line.level()).append('"');
        JsonText.member(out, "logger", line.logger());
        JsonText.member(out, "msg", line.message());
        line.values().forEach((key, value) -> JsonText.member(out, key, value));
        if (line.stack() != null) {
            JsonText.member(out, "stack", line.stack());
        }
        return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
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
