package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.config.Reference;
import io.relaygate.sdk.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page {@code docs/configuration.md} says what the settings records say. To write it anew:
 * {@code mvn -pl gateway-core -am test -Dtest=ReferenceTest -Dreference.write=true -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ReferenceTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final String MARK = "<!-- What follows is generated from the settings records: see ReferenceTest. -->\n";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");
    private static final Pattern ENVIRONMENT = Pattern.compile("\\$\\{env:[A-Z_]+}");

    @TempDir
    Path folder;

    @Test
    void isWhatTheRecordsSay() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(page).contains(MARK);
        String expected = page.substring(0, page.indexOf(MARK) + MARK.length()) + Reference.markdown(GatewaySettings.class);
        if (Boolean.getBoolean("reference.write")) {
            Files.writeString(PAGE, expected);
        }

        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md is out of date; run this test with -Dreference.write=true")
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void bringsExamplesThatWork(String block) throws Exception {
        // A variable of the reader's is none here; one that every machine has stands in for it.
        String text = ENVIRONMENT.matcher(block).replaceAll(found -> "\\${env:PATH}");
        SampleConfigurationsTest.createReferenced(text, folder);
        Map<String, Protocol<?>> protocols = TestProtocol.all();

        GatewayConfig config = GatewayConfig.load(Files.writeString(folder.resolve("a.yaml"), text), protocols);

        assertThat(config.routes()).isNotEmpty();
    }

    static List<String> blocks() throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(PAGE)).results().map(found -> found.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
        return blocks;
    }

    @Test
    void linksToItsOwnSections() throws IOException {
        String page = Files.readString(PAGE);
        List<String> anchors = Pattern.compile("(?m)^##+ (.+)$").matcher(page).results()
                .map(found -> found.group(1).toLowerCase(Locale.ROOT).replace(' ', '-').replaceAll("[^a-z0-9_-]", ""))
                .toList();
        List<String> links = Pattern.compile("]\\(#([^)]+)\\)").matcher(page).results().map(found -> found.group(1)).toList();

        assertThat(anchors).doesNotHaveDuplicates().containsAll(links);
        assertThat(links).hasSizeGreaterThan(10);
    }
}
