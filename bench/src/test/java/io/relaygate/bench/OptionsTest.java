package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {

    @TempDir
    Path folder;

    @Test
    void measuresEverythingForSevenRoundsUnlessToldOtherwise() throws Refusal {
        Options options = parse();

        assertThat(options.rounds()).isEqualTo(7);
        assertThat(options.window()).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.write()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "--rounds 0, --rounds wants a whole number",
        "--seconds x, --seconds wants seconds",
        "--seconds 0, --seconds wants seconds",
        "--rounds, --rounds lacks its value",
        "--round 3, there is no option '--round'",
        "quickly, there is no option 'quickly'",
        "--write --rounds 6, --write is for a full run",
        "--write --only ping, --write is for a full run",
        "--home nowhere, there is no bin/relaygate",
    })
    void refusesWhatItCannotDo(String words, String message) {
        assertThatThrownBy(() -> parse(words.split(" ", -1))).isInstanceOf(Refusal.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "--setups direct --only pong, there is no 'pong'",
        "--setups tunnel3, there is no 'tunnel3'",
        "--setups tunnel2, no distribution is given",
    })
    void refusesAChoiceThatIsNotThere(String words, String message) throws Refusal {
        Options options = parse(words.split(" ", -1));

        assertThatThrownBy(() -> Choice.of(options, null)).isInstanceOf(Refusal.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "bulk, bulk-up-1 bulk-down-1 bulk-up-16 bulk-down-16",
        "bulk-down, bulk-down-1 bulk-down-16",
        "bulk-up-1, bulk-up-1",
        "'connections,ping', ping connections",
    })
    void choosesWorkloadsByTheBeginningOfTheirNames(String only, String names) throws Refusal {
        Choice choice = Choice.of(parse("--setups", "direct", "--only", only), null);

        assertThat(choice.workloads()).extracting(Workload::name).containsExactly(names.split(" ", -1));
    }

    @Test
    void namesTheProgramThatIsMissingAndWhatToDo() {
        assertThatThrownBy(() -> Programs.find("haproxy", List.of(folder), "install it"))
                .isInstanceOf(Refusal.class)
                .hasMessage("haproxy was not found; install it");
    }

    @Test
    void replacesOnlyWhatIsBetweenTheMarkers() throws Exception {
        Path file = folder.resolve("performance.md");
        Files.writeString(file, "before\n" + Document.BEGIN + "\nold\n" + Document.END + "\nafter\n");

        Document.write(file, "| new |\n");

        assertThat(file).hasContent("before\n" + Document.BEGIN + "\n\n| new |\n\n" + Document.END + "\nafter\n");
    }

    @Test
    void refusesADocumentWithoutMarkers() throws Exception {
        Path file = Files.writeString(folder.resolve("performance.md"), "nothing\n");

        assertThatThrownBy(() -> Document.check(file)).isInstanceOf(Refusal.class).hasMessageContaining("lacks the lines");
    }

    private Options parse(String... words) throws Refusal {
        return Options.parse(List.of(words), folder.resolve("performance.md"));
    }
}
