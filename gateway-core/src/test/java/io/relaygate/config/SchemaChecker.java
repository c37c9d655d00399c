package io.relaygate.config;

import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.config.Yaml.Sequence;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks YAML against a JSON schema, as far as our schemas go. JSON is YAML, so that both are read by the same reader. A
 * keyword that it does not know is an error, lest it checks less than is written.
 */
final class SchemaChecker {

    private static final List<String> WORDS =
            List.of("$schema", "$defs", "title", "description", "default", "examples");

    private final Mapping root;

    SchemaChecker(String schema) {
        root = (Mapping) YamlReader.fragment(schema, Place.start(Path.of("schema")));
    }

    boolean accepts(Yaml value) {
        return accepts(root, value);
    }

    private boolean accepts(Mapping schema, Yaml value) {
        return schema.entries().stream().allMatch(entry -> keyword(schema, entry.key().text(), entry.value(), value));
    }

    private boolean keyword(Mapping schema, String keyword, Yaml says, Yaml value) {
        return switch (keyword) {
            case "type" -> type(text(says), value);
            case "pattern" -> !(value instanceof Scalar scalar) || Pattern.compile(text(says)).matcher(scalar.text()).find();
            case "enum" -> items(says).stream().anyMatch(item -> text(item).equals(text(value)));
            case "const" -> text(says).equals(text(value));
            case "minimum" -> !(value instanceof Scalar scalar) || Long.parseLong(scalar.text()) >= Long.parseLong(text(says));
            case "maximum" -> !(value instanceof Scalar scalar) || Long.parseLong(scalar.text()) <= Long.parseLong(text(says));
            case "items" -> items(value).stream().allMatch(item -> accepts((Mapping) says, item));
            case "minItems" -> items(value).size() >= Integer.parseInt(text(says));
            case "minProperties" -> members(value).entries().size() >= Integer.parseInt(text(says));
            case "required" -> items(says).stream().allMatch(name -> members(value).get(text(name)) != null);
            case "properties" -> properties((Mapping) says, value);
            case "additionalProperties" -> additional(schema, says, value);
            case "anyOf" -> items(says).stream().anyMatch(one -> accepts((Mapping) one, value));
            case "allOf" -> items(says).stream().allMatch(one -> accepts((Mapping) one, value));
            case "if" -> !accepts((Mapping) says, value) || accepts((Mapping) member(schema, "then"), value);
            case "then" -> true;
            case "$ref" -> accepts((Mapping) member((Mapping) member(root, "$defs"), text(says).substring(8)), value);
            default -> known(keyword);
        };
    }

    private static boolean known(String keyword) {
        if (!WORDS.contains(keyword)) {
            throw new IllegalArgumentException("unknown keyword " + keyword);
        }
        return true;
    }

    private static boolean type(String type, Yaml value) {
        return switch (type) {
            case "object" -> value instanceof Mapping;
            case "array" -> value instanceof Sequence;
            case "string" -> value instanceof Scalar scalar && scalar.kind() == Kind.TEXT;
            case "integer" -> value instanceof Scalar scalar && scalar.kind() == Kind.WHOLE;
            case "boolean" -> value instanceof Scalar scalar && scalar.kind() == Kind.TRUTH;
            default -> throw new IllegalArgumentException("unknown type " + type);
        };
    }

    private boolean properties(Mapping properties, Yaml value) {
        return members(value).entries().stream().allMatch(entry -> {
            Yaml schema = properties.get(entry.key().text());
            return schema == null || accepts((Mapping) schema, entry.value());
        });
    }

    private boolean additional(Mapping schema, Yaml says, Yaml value) {
        Yaml properties = schema.get("properties");
        return members(value).entries().stream()
                .filter(entry -> properties == null || ((Mapping) properties).get(entry.key().text()) == null)
                .allMatch(entry -> says instanceof Mapping mapping && accepts(mapping, entry.value()));
    }

    private static Yaml member(Mapping mapping, String name) {
        return Objects.requireNonNull(mapping.get(name), name);
    }

    private static Mapping members(Yaml value) {
        return value instanceof Mapping mapping ? mapping : new Mapping(value.place(), List.of());
    }

    private static List<Yaml> items(Yaml value) {
        return value instanceof Sequence sequence ? sequence.items() : List.of();
    }

    private static String text(@Nullable Yaml value) {
        return value instanceof Scalar scalar ? scalar.text() : "";
    }
}
