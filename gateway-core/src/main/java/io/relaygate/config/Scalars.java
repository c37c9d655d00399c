package io.relaygate.config;

import io.relaygate.config.Shape.Choice;
import io.relaygate.config.Shape.FileName;
import io.relaygate.config.Shape.Hidden;
import io.relaygate.config.Shape.Parsed;
import io.relaygate.config.Shape.Span;
import io.relaygate.config.Shape.Text;
import io.relaygate.config.Shape.Truth;
import io.relaygate.config.Shape.Whole;
import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.sdk.Setting;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads single values: the text of the configuration to the object of a settings record. */
final class Scalars {

    private Scalars() {}

    /**
     * Reads a value.
     *
     * @throws IllegalArgumentException with a message for the operator if the value is not what the shape takes
     */
    static Object read(Shape shape, Scalar scalar, Setting setting, @Nullable SecretStore store) {
        return switch (shape) {
            case Text _ -> text(scalar);
            case Truth _ -> truth(scalar);
            case Whole whole -> whole(scalar, setting, whole.wide());
            case Span _ -> duration(scalar, setting);
            case FileName _ -> scalar.place().folder().resolve(notEmpty(text(scalar)));
            case Hidden _ -> secret(scalar, store);
            case Choice choice -> choice(scalar, choice);
            case Parsed parsed -> parsed(scalar, parsed);
            default -> throw new IllegalArgumentException(expected(shape) + ", found " + scalar.describe());
        };
    }

    /** What the shape takes, as the beginning of a complaint. */
    static String expected(Shape shape) {
        return switch (shape) {
            case Truth _ -> "expected true or false";
            case Whole _ -> "expected a whole number";
            case Span _ -> "expected a duration such as 500ms, 30s, 5m or 2h";
            case FileName _ -> "expected the name of a file";
            case Hidden _ -> "expected ${file:NAME}, ${env:NAME} or ${keyvault:VAULT/SECRET}";
            case Choice choice -> "expected " + or(choice.words());
            case Shape.Many _ -> "expected a list";
            case Shape.Group _, Shape.Named _, Shape.Later _ -> "expected a map";
            case Text _, Parsed _ -> "expected a text";
        };
    }

    private static String or(List<String> words) {
        int last = words.size() - 1;
        return last < 1 ? String.join("", words) : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    }

    private static String text(Scalar scalar) {
        if (scalar.kind() != Kind.TEXT) {
            throw new IllegalArgumentException("expected a text, found " + scalar.describe() + "; put it in quotes");
        }
        return scalar.text();
    }

    private static String notEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected the name of a file, found an empty text");
        }
        return text;
    }

    private static boolean truth(Scalar scalar) {
        if (scalar.kind() != Kind.TRUTH) {
            throw new IllegalArgumentException("expected true or false, found " + scalar.describe());
        }
        return scalar.text().equalsIgnoreCase("true");
    }

    private static Object whole(Scalar scalar, Setting setting, boolean wide) {
        if (scalar.kind() != Kind.WHOLE || !scalar.text().matches("[-+]?[0-9]+")) {
            throw new IllegalArgumentException("expected a whole number, found " + scalar.describe());
        }
        long least = setting.min().isEmpty() ? (wide ? Long.MIN_VALUE : Integer.MIN_VALUE) : Long.parseLong(setting.min());
        long most = setting.max().isEmpty() ? (wide ? Long.MAX_VALUE : Integer.MAX_VALUE) : Long.parseLong(setting.max());
        long value;
        try {
            value = Long.parseLong(scalar.text());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a number beyond all bounds, found " + scalar.describe(), e);
        }
        within(value, least, most, setting, scalar);
        return wide ? (Object) value : (Object) (int) value;
    }

    private static Duration duration(Scalar scalar, Setting setting) {
        if (scalar.kind() != Kind.TEXT) {
            throw new IllegalArgumentException(
                    "expected a duration such as 500ms, 30s, 5m or 2h, found " + scalar.describe());
        }
        Duration value = Durations.parse(scalar.text());
        Duration least = setting.min().isEmpty() ? Duration.ZERO : Durations.parse(setting.min());
        Duration most = setting.max().isEmpty() ? Duration.ofSeconds(Long.MAX_VALUE) : Durations.parse(setting.max());
        within(value, least, most, setting, scalar);
        return value;
    }

    private static <C extends Comparable<C>> void within(C value, C least, C most, Setting setting, Scalar scalar) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException("must be at least "
                    + (setting.min().isEmpty() ? least : setting.min()) + ", found " + scalar.describe());
        }
        if (value.compareTo(most) > 0) {
            throw new IllegalArgumentException("must be at most "
                    + (setting.max().isEmpty() ? most : setting.max()) + ", found " + scalar.describe());
        }
    }

    private static SecretReference secret(Scalar scalar, @Nullable SecretStore store) {
        // What is found is never repeated: it may be the secret itself.
        SecretReference secret = SecretReference.parse(scalar.text(), scalar.place().folder(), store);
        String trouble = secret.trouble();
        if (trouble != null) {
            throw new IllegalArgumentException(trouble);
        }
        return secret;
    }

    private static Object choice(Scalar scalar, Choice choice) {
        for (Enum<?> constant : choice.type().getEnumConstants()) {
            if (Choice.word(constant).equals(scalar.text())) {
                return constant;
            }
        }
        String hint = Nearest.hint(scalar.text(), choice.words());
        throw new IllegalArgumentException(expected(choice) + ", found " + scalar.describe() + hint);
    }

    /** Takes numbers too, since 10.1 or 1433 may be what the class reads; it then says itself what it expects. */
    private static Object parsed(Scalar scalar, Parsed parsed) {
        if (scalar.kind() == Kind.NOTHING || scalar.kind() == Kind.TRUTH) {
            throw new IllegalArgumentException("expected a text, found " + scalar.describe());
        }
        try {
            return Objects.requireNonNull(parsed.parse().invoke(null, scalar.text()));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused && refused.getMessage() != null) {
                throw new IllegalArgumentException(refused.getMessage(), e);
            }
            throw new IllegalArgumentException("cannot be read: " + e.getCause(), e);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
