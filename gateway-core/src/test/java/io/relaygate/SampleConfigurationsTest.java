package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The configurations that the distribution brings can be used as they are, once their secrets are there. */
class SampleConfigurationsTest {

    static final Path CONF = Path.of("..", "dist", "src", "main", "home", "conf");
    private static final Pattern FILE = Pattern.compile("\\$\\{file:([^}]+)}|[ {](?:certificate|key|caFile): ([a-z.]+)");

    private static final String CONNECTION_STRING = "Endpoint=sb://contoso.servicebus.windows.net/;"
            + "SharedAccessKeyName=listen;SharedAccessKey=c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U=\n";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"edge.yaml", "site.yaml", "relay.yaml", "all-in-one.yaml"})
    void isValid(String name) throws Exception {
        GatewayConfig config = GatewayConfig.load(copy(name, folder), TestProtocol.all());

        assertThat(config.stateDir()).isEqualTo(folder.resolve("relaygate-state"));
        assertThat(config.routes()).hasSize(name.equals("relay.yaml") ? 0 : name.equals("site.yaml") ? 3 : 2);
        assertThat(folder.resolve("relaygate-state")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge.yaml", "site.yaml", "relay.yaml", "all-in-one.yaml"})
    void namesItsSchemaInTheFirstLine(String name) throws IOException {
        assertThat(Files.readAllLines(CONF.resolve(name)))
                .startsWith("# yaml-language-server: $schema=relaygate.schema.json");
    }

    @Test
    void areAllOfThem() throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            List<String> names = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")).toList();
            assertThat(names).containsExactlyInAnyOrder("edge.yaml", "site.yaml", "relay.yaml", "all-in-one.yaml");
        }
    }

    /** Copies a sample into a folder, with the files that it refers to. */
    static Path copy(String name, Path folder) throws IOException {
        String text = Files.readString(CONF.resolve(name));
        createReferenced(text, folder);
        return Files.writeString(folder.resolve(name), text);
    }

    /** Creates the files that a configuration refers to. */
    static void createReferenced(String text, Path folder) throws IOException {
        for (var found : FILE.matcher(text).results().toList()) {
            String file = found.group(1) == null ? found.group(2) : found.group(1);
            boolean connectionString = text.contains("connectionString: \"${file:" + file);
            Files.writeString(folder.resolve(file), connectionString ? CONNECTION_STRING : "secret of " + file + "\n");
        }
    }
}
