package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documentation says is true: every block of it is run, loaded, compiled or compared, and every link leads somewhere. */
@ExtendWith(NothingLeftBehind.class)
class DocsIT {

    /** Pages that show how something is done, so they cannot be without blocks. */
    private static final List<String> GUIDES = List.of(
            "README.md", "docs/getting-started.md", "docs/azure.md", "docs/embedded-relay.md", "docs/operations.md");

    private static final int TWO_SCREENS = 100;

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^\\s*```.*?^\\s*```\\s*?$");

    @BeforeAll
    static void requirePrograms() {
        Interop.require("curl", "node", "openssl", "python3", "ssh-keygen");
    }

    static List<String> pages() {
        try (Stream<Path> files = Files.walk(DocsSandbox.REPOSITORY.resolve("docs"))) {
            return Stream.concat(Stream.of(DocsSandbox.REPOSITORY.resolve("README.md")), files.sorted())
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(file -> DocsSandbox.REPOSITORY.relativize(file).toString())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String page) {
        return Folders.text(DocsSandbox.REPOSITORY.resolve(page));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyBlockOfThePageIsTrue(String name) {
        DocsPage page = DocsPage.parse(name, text(name));
        assertThat(DocsCheck.of(page)).isEmpty();
        assertThat(text(name).lines().filter(line -> line.contains("```"))).hasSize(2 * page.blocks().size());
        assertThat(!GUIDES.contains(name) || page.blocks().size() > 1).as("has blocks").isTrue();
    }

    @Test
    void guidesAreThere() {
        assertThat(pages()).containsAll(GUIDES);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkOfThePageLeadsSomewhere(String name) {
        List<String> dead = new ArrayList<>();
        LINK.matcher(BLOCK.matcher(text(name)).replaceAll("")).results().map(link -> link.group(1)).forEach(link -> {
            if (!link.matches("[a-z]+:.*") && !leadsSomewhere(name, link)) {
                dead.add(link);
            }
        });
        assertThat(dead).isEmpty();
    }

    private static boolean leadsSomewhere(String page, String link) {
        int hash = link.indexOf('#');
        Path from = DocsSandbox.REPOSITORY.resolve(page);
        Path to = hash == 0 ? from : from.resolveSibling(hash < 0 ? link : link.substring(0, hash)).normalize();
        return Files.exists(to) && (hash < 0 || anchors(Folders.text(to)).contains(link.substring(hash + 1)));
    }

    /** The names that GitHub gives to headings. */
    private static List<String> anchors(String markdown) {
        return HEADING.matcher(markdown)
                .results()
                .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
                .toList();
    }

    @Test
    void readmeFitsOnTwoScreens() {
        assertThat(text("README.md").lines().count()).isBetween(20L, (long) TWO_SCREENS);
    }

    @Test
    void blockOfUnknownKindIsFound() {
        assertThat(wrong("```python\nprint(1)\n```")).contains("the kind 'python'");
    }

    @Test
    void scriptThatIsNoneIsFound() {
        assertThat(wrong("<!-- not run: needs Azure -->\n```sh\nif then\n```")).contains("page.md:2: no shell script");
    }

    @Test
    void skippedScriptWithoutReasonIsFound() {
        assertThat(wrong("<!-- not run: -->\n```sh\ntrue\n```")).contains("say why");
    }

    @Test
    void scriptThatFailsIsFound() {
        assertThat(wrong("```sh\nfalse\ntrue\n```")).contains("ended with 1");
    }

    @Test
    void outputThatIsNotShownIsFound() {
        assertThat(wrong("```sh\necho 5 apples; echo 17 ms\n```\n```text\n4 apples\n18 ms\n```")).contains("5 apples");
        assertThat(wrong("```sh\necho a; echo b\n```\n```text\na\n```")).contains("another than shown");
        assertThat(wrong("```text\na\n```")).contains("no command");
        assertThat(wrong("```sh\ntrue\n```\n```text\n```")).contains("shows nothing");
    }

    @Test
    void outputThatDiffersByTimePortAndIdIsTheSame() {
        assertThat(wrong("```sh\necho up at 127.0.0.1:41 after 3.25 ms; echo x; echo y; echo end\n```\n"
                        + "```text\nup at 127.0.0.1:9443 after   17 ms\n...\nend\n```"))
                .isEmpty();
    }

    @Test
    void outputInAnotherOrderIsTheSameWhereThePageSaysSo() {
        String block = "```text\ntwo\none\n```";
        assertThat(wrong("```sh\necho one; echo two\n```\n<!-- in any order: a race -->\n" + block)).isEmpty();
        assertThat(wrong("```sh\necho one; echo one\n```\n<!-- in any order: a race -->\n" + block)).contains("another");
        assertThat(wrong("```sh\necho one; echo two\n```\n" + block)).contains("another");
    }

    @Test
    void outputThatComesLaterIsWaitedFor() {
        assertThat(wrong("<!-- repeated until it says this -->\n```sh\necho >> f; wc -l < f\n```\n```text\n3\n```")).isEmpty();
    }

    @Test
    void wrongConfigurationIsFound() {
        assertThat(wrong("```yaml\nentryPoint: {}\n```")).contains("relaygate check ends with 78").contains("entryPoints");
    }

    @Test
    void configurationThatNoTestChecksIsFound() {
        assertThat(wrong("<!-- checked by: DocsIT -->\n```yaml\na: b\n```")).isEmpty();
        assertThat(wrong("<!-- checked by: NobodyTest -->\n```yaml\na: b\n```")).contains("no test NobodyTest reads page.md");
    }

    @Test
    void javaThatDoesNotCompileIsFound() {
        assertThat(wrong("```java\nfinal class A extends Nothing {}\n```")).contains("does not compile");
    }

    @Test
    void programThatSaysNothingIsFound() {
        assertThat(wrong("<!-- goes on, up when it says: ready -->\n```sh\necho steady\n```")).contains("did not say 'ready'");
    }

    @Test
    void openFenceIsFound() {
        assertThatThrownBy(() -> wrong("```sh\ntrue\n")).isInstanceOf(AssertionError.class).hasMessageContaining("not closed");
    }

    private static String wrong(String markdown) {
        return String.join("\n", DocsCheck.of(DocsPage.parse("page.md", markdown)));
    }
}
