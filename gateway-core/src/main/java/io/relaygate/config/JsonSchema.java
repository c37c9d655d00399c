package io.relaygate.config;

import io.relaygate.config.Shape.Component;
import io.relaygate.config.Yaml.Entry;
import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.config.Yaml.Sequence;
import io.relaygate.sdk.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON schema (draft 2020-12) of settings records, for editors. It takes what the binder takes, key by key; what only
 * the names of a whole configuration tell, it cannot say.
 */
public final class JsonSchema {

    private static final Place NOWHERE = Place.start(Path.of("schema"));

    private final String chooser;
    private final Map<String, Class<? extends Record>> blocks;
    private final Map<Class<? extends Record>, String> names = new LinkedHashMap<>();
    private final Map<String, Object> definitions = new TreeMap<>();

    private JsonSchema(String chooser, Map<String, Class<? extends Record>> blocks) {
        this.chooser = chooser;
        this.blocks = new TreeMap<>(blocks);
    }

    /** The schema of a settings record, in which a {@link Block} takes anything. */
    public static String of(Class<? extends Record> root) {
        return of(root, "", Map.of());
    }

    /**
     * The schema of a settings record whose {@link Block}s take what a key beside them chooses.
     *
     * @param root the record
     * @param chooser the key, {@code protocol}
     * @param blocks the settings records by the chooser's values; no other values are taken
     * @throws IllegalArgumentException if one of the types is no settings record
     */
    public static String of(Class<? extends Record> root, String chooser, Map<String, Class<? extends Record>> blocks) {
        JsonSchema schema = new JsonSchema(chooser, blocks);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        document.put("title", "RelayGate configuration");
        document.putAll(schema.group(root));
        document.put("$defs", schema.definitions);
        return Json.write(document);
    }

    private Map<String, Object> group(Class<? extends Record> type) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        List<Object> choices = new ArrayList<>();
        for (Component component : Shape.components(type)) {
            properties.put(component.name(), property(component));
            if (component.setting().required()) {
                required.add(component.name());
            }
            if (component.shape() instanceof Shape.Later && hasChooser(type)) {
                choices.addAll(choices(component, type));
            }
        }
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("properties", properties);
        if (!choices.isEmpty()) {
            schema.put("allOf", choices);
        }
        return schema;
    }

    private boolean hasChooser(Class<? extends Record> type) {
        return Shape.components(type).stream().anyMatch(component -> component.name().equals(chooser));
    }

    /** If the chooser says this, the block is that; an absent chooser says its default. */
    private List<Object> choices(Component block, Class<? extends Record> type) {
        String byDefault = Shape.components(type).stream()
                .filter(component -> component.name().equals(chooser))
                .map(component -> component.setting().byDefault())
                .findFirst()
                .orElse("");
        List<Object> choices = new ArrayList<>();
        blocks.forEach((name, settings) -> {
            Map<String, Object> condition = new LinkedHashMap<>();
            condition.put("properties", Map.of(chooser, Map.of("const", name)));
            if (!name.equals(byDefault)) {
                condition.put("required", List.of(chooser));
            }
            boolean needed = Shape.components(settings).stream().anyMatch(component -> component.setting().required());
            Map<String, Object> consequence = new LinkedHashMap<>();
            consequence.put("properties", Map.of(block.name(), reference(settings)));
            if (needed) {
                consequence.put("required", List.of(block.name()));
            }
            Map<String, Object> choice = new LinkedHashMap<>();
            choice.put("if", condition);
            choice.put("then", consequence);
            choices.add(choice);
        });
        return choices;
    }

    private Map<String, Object> property(Component component) {
        Setting setting = component.setting();
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", setting.value() + bounds(component));
        schema.putAll(shape(component.shape(), setting));
        if (component.name().equals(chooser) && !blocks.isEmpty()) {
            schema.put("enum", List.copyOf(blocks.keySet()));
        }
        if (!setting.byDefault().isEmpty()) {
            schema.put("default", json(YamlReader.fragment(setting.byDefault(), NOWHERE)));
        }
        if (!setting.example().isEmpty()) {
            schema.put("examples", List.of(json(YamlReader.fragment(setting.example(), NOWHERE))));
        }
        return schema;
    }

    /** The bounds of a duration, which a schema can only say in words. */
    private static String bounds(Component component) {
        Setting setting = component.setting();
        if (!(component.shape() instanceof Shape.Span)) {
            return "";
        }
        String least = setting.min().isEmpty() ? "" : " At least " + setting.min() + ".";
        return setting.max().isEmpty() ? least : least + " At most " + setting.max() + ".";
    }

    private Map<String, Object> shape(Shape shape, Setting setting) {
        return switch (shape) {
            case Shape.Text _ -> typed("string");
            case Shape.Truth _ -> typed("boolean");
            case Shape.Whole _ -> whole(setting);
            case Shape.Span _ -> pattern(Durations.PATTERN);
            case Shape.FileName _ -> pattern(".+");
            case Shape.Hidden _ -> pattern(SecretReference.PATTERN);
            case Shape.Choice choice -> Map.of("enum", choice.words());
            case Shape.Parsed parsed -> parsed(parsed);
            case Shape.Group group -> reference(group.type());
            case Shape.Many many -> many(many, setting);
            case Shape.Named named -> {
                Map<String, Object> schema = typed("object");
                schema.put("additionalProperties", shape(named.value(), setting));
                if (setting.required()) {
                    schema.put("minProperties", 1);
                }
                yield schema;
            }
            case Shape.Later _ -> typed("object");
        };
    }

    private static Map<String, Object> typed(String type) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", type);
        return schema;
    }

    private static Map<String, Object> pattern(String pattern) {
        Map<String, Object> schema = typed("string");
        schema.put("pattern", "^(?:" + pattern + ")$");
        return schema;
    }

    private static Map<String, Object> parsed(Shape.Parsed parsed) {
        Map<String, Object> text = parsed.pattern().isEmpty() ? typed("string") : pattern(parsed.pattern());
        return parsed.takesNumbers() ? Map.of("anyOf", List.of(text, typed("integer"))) : text;
    }

    private static Map<String, Object> whole(Setting setting) {
        Map<String, Object> schema = typed("integer");
        if (!setting.min().isEmpty()) {
            schema.put("minimum", Long.parseLong(setting.min()));
        }
        if (!setting.max().isEmpty()) {
            schema.put("maximum", Long.parseLong(setting.max()));
        }
        return schema;
    }

    private Map<String, Object> many(Shape.Many many, Setting setting) {
        Map<String, Object> item = shape(many.item(), setting);
        Map<String, Object> list = typed("array");
        list.put("items", item);
        if (setting.required() || !setting.min().isEmpty()) {
            list.put("minItems", 1);
        }
        boolean compound = many.item() instanceof Shape.Group
                || many.item() instanceof Shape.Named
                || many.item() instanceof Shape.Many
                || many.item() instanceof Shape.Later;
        return compound ? list : Map.of("anyOf", List.of(list, item));
    }

    private Map<String, Object> reference(Class<? extends Record> type) {
        String name = names.get(type);
        if (name == null) {
            name = names.containsValue(type.getSimpleName()) ? type.getName() : type.getSimpleName();
            names.put(type, name);
            definitions.put(name, group(type));
        }
        return new LinkedHashMap<>(Map.of("$ref", "#/$defs/" + name));
    }

    private static Object json(Yaml node) {
        return switch (node) {
            case Sequence sequence -> sequence.items().stream().map(JsonSchema::json).toList();
            case Mapping mapping -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (Entry entry : mapping.entries()) {
                    map.put(entry.key().text(), json(entry.value()));
                }
                yield map;
            }
            case Scalar scalar when scalar.kind() == Kind.WHOLE -> Long.parseLong(scalar.text());
            case Scalar scalar when scalar.kind() == Kind.TRUTH -> Boolean.parseBoolean(scalar.text());
            case Scalar scalar -> scalar.text();
        };
    }
}
