package io.relaygate.sdk;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one component of a settings record: for the binder that reads it from YAML, for the JSON schema and for
 * the configuration reference.
 *
 * <p>A component may be a {@code String}, {@code boolean}, {@code int}, {@code long}, an enum, {@code Duration}
 * ({@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}), {@code Path} (relative to the configuration file),
 * {@link Secret}, any class with a static {@code parse(String)}, another settings record, or a {@code List} or
 * {@code Map<String, ...>} of these.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

    /** What it means: one sentence for the operator. */
    String value();

    /** Whether it must be given. */
    boolean required() default false;

    /** The value, in the form of the configuration file, that stands for a missing one; empty for none. */
    String byDefault() default "";

    /**
     * The smallest value, for numbers and durations, in the form of the configuration file; empty for no bound. For a
     * list 1: it may be left out, but not be empty.
     */
    String min() default "";

    /** The largest value, for numbers and durations, in the form of the configuration file; empty for no bound. */
    String max() default "";

    /** A value that a reader can copy; empty for none. */
    String example() default "";
}
