package io.relaygate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.GatewaySettings;
import io.relaygate.sdk.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {

    private static final Path CONF = Path.of("..", "dist", "src", "main", "home", "conf");

    record Nothing() {}

    record Tricky(
            @Setting(value = "A number.", required = true, min = "1", max = "3") int number,
            @Setting("Files by name.") @Nullable Map<String, Path> files) {}

    @TempDir
    Path folder;

    private final SchemaChecker schema = new SchemaChecker(JsonSchema.of(
            GatewaySettings.class, "protocol", Map.of("tcp", Nothing.class, "tricky", Tricky.class)));

    private boolean accepts(String yaml) throws IOException {
        return schema.accepts(Objects.requireNonNull(
                YamlReader.read(Files.writeString(folder.resolve("a.yaml"), yaml), new Problems())));
    }

    private boolean acceptsRoute(String route) throws IOException {
        return accepts("routes: [ " + route + " ]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge.yaml", "site.yaml", "relay.yaml", "all-in-one.yaml"})
    void acceptsTheSamples(String name) throws IOException {
        assertThat(accepts(Files.readString(CONF.resolve(name)))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown: 1",
                "site: 47",
                "drainTime: 30",
                "drainTime: 30 s",
                "entryPoints: { in: { listen: 7000 } }",
                "entryPoints: { in: { listen: \"7000\" } }",
                "entryPoints: { in: { listen: \"unix:relative\" } }",
                "entryPoints: { in: { listn: \"127.0.0.1:7000\" } }",
                "entryPoints: { hub: { controlChannels: 26 } }",
                "entryPoints: { hub: { controlChannels: 0 } }",
                "entryPoints: { hub: { namespaces: [ 1 ] } }",
                "destinations: { echo: { permit: [ { hosts: [ a ] } ] } }",
                "destinations: { echo: { permit: [ { hosts: [ a ], ports: [ 1-2-3 ] } ] } }",
                "destinations: { echo: { addresses: [] } }",
                "destinations: { echo: { addresses: [ \"127.0.0.1\" ] } }",
                "destinations: { echo: { addresses: [ \"127.0.0.1:80\" ], policy: fastest } }",
                "namespaces: { weu: { connectionString: \"Endpoint=sb://x/\" } }",
                "namespaces: { weu: { connectionString: \"${vault:x}\" } }",
                "routes: { name: a }",
                "relay: { hybridConnections: {} }",
                "relay: { hybridConnections: { demo: { keys: { a: { rights: [ sent ] } } } } }",
                "sites: { oslo: null }",
                "health: {}"
            })
    void refusesWhatTheBinderRefuses(String yaml) throws IOException {
        Problems problems = new Problems();
        Path file = Files.writeString(folder.resolve("b.yaml"), yaml);
        Binder.read(file, GatewaySettings.class, problems);

        assertThat(problems.none()).isFalse();
        assertThat(accepts(yaml)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "entryPoints: { in: { listen: \"[::1]:0\" } }",
                "entryPoints: { in: { listen: \"unix:/run/a b.sock\" } }",
                "entryPoints: { hub: { namespaces: weu, hybridConnection: a/b } }",
                "namespaces: { weu: { credential: { sasKey: \"${file:a b/c.key}\", sas: \"${env:A}\" } } }",
                "destinations: { echo: { permit: [ { hosts: \"*.a.b\", networks: 10.1.0.0/16, ports: [ 1433, \"11000-11999\" ] } ] } }",
                "sites: { oslo: {} }",
                "drainTime: 500ms",
                "include: \"*.yaml\""
            })
    void acceptsWhatTheBinderAccepts(String yaml) throws IOException {
        assertThat(accepts(yaml)).isTrue();
    }

    @Test
    void asksForTheSettingsOfTheProtocolThatIsChosen() throws IOException {
        assertThat(acceptsRoute("{ name: a, from: in }")).isTrue();
        assertThat(acceptsRoute("{ name: a, from: in, with: {} }")).isTrue();
        assertThat(acceptsRoute("{ name: a, from: in, with: { number: 1 } }")).isFalse();
        assertThat(acceptsRoute("{ name: a, from: in, protocol: tcp, with: { number: 1 } }")).isFalse();
        assertThat(acceptsRoute("{ name: a, from: in, protocol: tricky, with: { number: 1, files: { x: y } } }")).isTrue();
        assertThat(acceptsRoute("{ name: a, from: in, protocol: tricky, with: { number: 4 } }")).isFalse();
        assertThat(acceptsRoute("{ name: a, from: in, protocol: tricky, with: {} }")).isFalse();
        assertThat(acceptsRoute("{ name: a, from: in, protocol: tricky }")).isFalse();
        assertThat(acceptsRoute("{ name: a, from: in, protocol: tds }")).isFalse();
    }

    @Test
    void takesAnyBlockWhereNothingIsKnown() throws IOException {
        SchemaChecker open = new SchemaChecker(JsonSchema.of(GatewaySettings.class));
        Path file = Files.writeString(
                folder.resolve("a.yaml"), "routes: [ { name: a, from: in, protocol: tds, with: { anything: [ 1 ] } } ]");

        assertThat(open.accepts(Objects.requireNonNull(YamlReader.read(file, new Problems())))).isTrue();
    }

    @Test
    void tellsMeaningsAndDefaults() {
        String text = JsonSchema.of(GatewaySettings.class);

        assertThat(text)
                .startsWith("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n")
                .endsWith("}\n")
                .contains("\"description\": \"How long sessions may go on after a request to stop. At least 0s.\"")
                .contains("\"default\": \"30s\"")
                .contains("\"default\": true")
                .contains("\"examples\": [[\"203.0.113.0/24\"]]");
    }

    /** Every example and every default of a settings record is one that can be copied. */
    @Test
    void bringsExamplesThatBind() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Class<? extends Record> type : records(GatewaySettings.class, new LinkedHashSet<>())) {
            for (Shape.Component component : Shape.components(type)) {
                String example = component.setting().example();
                if (!example.isEmpty()) {
                    wrong.addAll(complaints(type, component.name(), example));
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    private List<String> complaints(Class<? extends Record> type, String key, String example) throws IOException {
        if (example.startsWith("${file:")) {
            Files.writeString(folder.resolve(example.substring(7, example.length() - 1)), "secret");
        }
        Problems problems = new Problems();
        String yaml = key + ": " + example;
        Binder.read(Files.writeString(folder.resolve("example.yaml"), yaml), type, problems);
        return problems.all().stream()
                .filter(problem -> !problem.message().equals("is missing"))
                .map(Problem::toString)
                .toList();
    }

    private static Set<Class<? extends Record>> records(Class<? extends Record> type, Set<Class<? extends Record>> found) {
        if (found.add(type)) {
            Shape.components(type).forEach(component -> inside(component.shape(), found));
        }
        return found;
    }

    private static void inside(Shape shape, Set<Class<? extends Record>> found) {
        switch (shape) {
            case Shape.Group group -> records(group.type(), found);
            case Shape.Many many -> inside(many.item(), found);
            case Shape.Named named -> inside(named.value(), found);
            default -> {
                // A value.
            }
        }
    }
}
