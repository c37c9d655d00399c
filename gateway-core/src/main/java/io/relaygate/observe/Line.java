package io.relaygate.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import org.slf4j.helpers.MessageFormatter;

/**
 * An event as both layouts see it: with its values capped, not yet escaped.
 *
 * @param values key values in their order; a value is a String, a Number, a Boolean, a list or a map of strings
 * @param stack the stack trace, only of errors: what is expected to go wrong is told by its message
 */
record Line(
        Instant time,
        Level level,
        String logger,
        String message,
        Map<String, Object> values,
        @Nullable String stack) {

    private static final int MESSAGE_LIMIT = 4096;
    private static final int STACK_LIMIT = 16 * 1024;

    static Line of(ILoggingEvent event) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            pairs.forEach(pair -> values.put(pair.key, value(pair.value)));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        String stack = null;
        if (thrown != null) {
            values.put("error", reason(thrown));
            if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
                stack = Escaped.capped(ThrowableProxyUtil.asString(thrown), STACK_LIMIT);
            }
        }
        return new Line(event.getInstant(), event.getLevel(), event.getLoggerName(), message(event), values, stack);
    }

    private static String message(ILoggingEvent event) {
        Object[] arguments = event.getArgumentArray();
        String text = event.getMessage();
        if (arguments != null && arguments.length > 0) {
            Object[] capped = new Object[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                capped[i] = Escaped.capped(String.valueOf(arguments[i]), Escaped.LIMIT);
            }
            text = MessageFormatter.basicArrayFormat(text, capped);
        }
        return Escaped.capped(String.valueOf(text), MESSAGE_LIMIT);
    }

    /** A value with its texts capped. */
    static Object value(@Nullable Object value) {
        return switch (value) {
            case Number number -> number;
            case Boolean truth -> truth;
            case LogLine(String text) -> Escaped.capped(text, LogLine.LIMIT);
            case Map<?, ?> map -> {
                Map<String, String> copy = new LinkedHashMap<>();
                map.forEach((k, v) -> copy.put(
                        Escaped.capped(String.valueOf(k), Escaped.LIMIT), Escaped.capped(String.valueOf(v), Escaped.LIMIT)));
                yield copy;
            }
            case Collection<?> items ->
                items.stream().map(item -> Escaped.capped(String.valueOf(item), Escaped.LIMIT)).toList();
            case null, default -> Escaped.capped(String.valueOf(value), Escaped.LIMIT);
        };
    }

    /** The messages of a failure and of its causes, outermost first. */
    private static String reason(IThrowableProxy thrown) {
        List<String> parts = new ArrayList<>();
        for (IThrowableProxy t = thrown; t != null && parts.size() < 5; t = t.getCause()) {
            String name = t.getClassName().substring(t.getClassName().lastIndexOf('.') + 1);
            parts.add(t.getMessage() == null ? name : name + ": " + t.getMessage());
        }
        return Escaped.capped(String.join("; ", parts), 2 * Escaped.LIMIT);
    }
}
