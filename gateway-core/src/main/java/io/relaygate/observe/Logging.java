package io.relaygate.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Sets up the log: where it goes, its form and its level. Nothing else in the gateway knows which library writes it.
 *
 * <p>Also what the library itself asks for a configuration when the first logger is made: until {@link #configure} is
 * called, warnings and errors go to standard error as text.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logging extends ContextAwareBase implements Configurator {

    /** Libraries that tell at INFO what only their authors need. */
    private static final List<String> TALKATIVE = List.of("org.pf4j", "org.xnio", "io.undertow", "org.jboss");

    /** For the library, which finds it as a service. */
    public Logging() {}

    /**
     * Replaces the present set-up.
     *
     * @param out where lines go, each written whole and at once; never closed
     * @param terminal whether a person reads {@code out}, which decides the format where the settings say auto
     */
    public static void configure(LogSettings settings, OutputStream out, boolean terminal) {
        boolean text = switch (settings.format()) {
            case TEXT -> true;
            case JSON -> false;
            case AUTO -> terminal;
        };
        // The one binding on the class path; anything else is a broken installation.
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        apply(context, text, level(settings.level()), out);
    }

    /**
     * Hands every event that the level lets through to a consumer, on the thread that logs it, until the next {@link
     * #configure}.
     */
    public static void watch(Consumer<LogEvent> consumer) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                Line line = Line.of(event);
                consumer.accept(new LogEvent(line.time(), line.logger(), line.message(), line.values()));
            }
        };
        appender.setContext(context);
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        apply(context, true, Level.WARN, System.err);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static void apply(LoggerContext context, boolean text, Level level, OutputStream out) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        List<Appender<ILoggingEvent>> before = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(before::add);
        EncoderBase<ILoggingEvent> lines = text ? new TextLines() : new JsonLines();
        lines.setContext(context);
        lines.start();
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(lines);
        appender.setImmediateFlush(true);
        appender.setOutputStream(new Unclosed(out));
        appender.start();
        root.setLevel(level);
        // The new one first: what is told in this moment, a record of the audit perhaps, may be told twice, but is never lost.
        root.addAppender(appender);
        before.forEach(root::detachAppender);
        Level quieter = level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
        TALKATIVE.forEach(name -> context.getLogger(name).setLevel(quieter));
        context.getLogger(AuditTrail.LOGGER).setLevel(Level.INFO);
    }

    private static Level level(LogSettings.Level level) {
        return switch (level) {
            case DEBUG -> Level.DEBUG;
            case INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }

    /** The process' own stream outlives every set-up of the log. */
    private static final class Unclosed extends FilterOutputStream {

        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
