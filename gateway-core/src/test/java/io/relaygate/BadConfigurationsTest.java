package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.relaygate.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said about wrong configurations, word for word: {@code bad-configurations.txt}. */
class BadConfigurationsTest {

    @TempDir
    Path folder;

    /** One wrong configuration. */
    record Wrong(String title, Map<String, String> files, List<String> expected) {
        @Override
        public String toString() {
            return title;
        }
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void isToldWithAllThatIsWrong(Wrong wrong) throws IOException {
        Files.writeString(folder.resolve("key.txt"), "hunter2\n");
        Files.writeString(folder.resolve("empty.txt"), "\n");
        Files.writeString(
                folder.resolve("weu.txt"), "Endpoint=sb://x.example.com/;SharedAccessKeyName=a;SharedAccessKey=hunter2\n");
        Files.writeString(folder.resolve("cert.pem"), "certificate\n");
        Files.createDirectories(folder.resolve("folder"));
        for (Map.Entry<String, String> file : wrong.files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }

        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> GatewayConfig.load(folder.resolve("bad.yaml"), TestProtocol.all(), TestProtocol.dialers()));

        assertThat(refused).isNotNull();
        String said = String.valueOf(refused.getMessage()).replace(folder + "/", "");
        assertThat(said).isEqualTo(String.join("\n", wrong.expected)).doesNotContain("hunter2");
    }

    @Test
    void areAboutForty() throws IOException {
        assertThat(configurations()).hasSizeGreaterThanOrEqualTo(40);
    }

    static List<Wrong> configurations() throws IOException {
        List<Wrong> all = new ArrayList<>();
        String file = "bad.yaml";
        for (String line : text().lines().toList()) {
            if (line.startsWith("= ")) {
                all.add(new Wrong(line.substring(2), new LinkedHashMap<>(), new ArrayList<>()));
                file = "bad.yaml";
            } else if (line.startsWith("< ")) {
                all.getLast().expected.add(line.substring(2));
            } else if (line.startsWith("> ")) {
                file = line.substring(2);
            } else if (!all.isEmpty()) {
                all.getLast().files.merge(file, line + "\n", String::concat);
            }
        }
        return all;
    }

    private static String text() throws IOException {
        try (InputStream in = BadConfigurationsTest.class.getResourceAsStream("/bad-configurations.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
