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
        "bulk, bulk-up-1 bulk-down-1 bulk-up-16 bulk-down-16 bulk-up-100 bulk-down-100",
        "bulk-down, bulk-down-1 bulk-down-16 bulk-down-100",
        "bulk-up-1, bulk-up-1",
        "'connections,ping', ping connections",
        "'long-100ms,slow-ping', long-100ms-down long-100ms-1gbit-up long-100ms-1gbit-down slow-ping slow-ping-up slow-ping-down",
    })
    void choosesWorkloadsByTheBeginningOfTheirNames(String only, String names) throws Exception {
        Choice choice = Choice.of(parse("--setups", "direct", "--only", only), null);

        assertThat(choice.workloads()).extracting(Workload::name).containsExactly(names.split(" ", -1));
    }

    @Test
    void measuresOverOneLinkAfterTheOther() throws Exception {
        Choice choice = Choice.of(parse("--setups", "direct", "--only", "ping,long,slow"), null);

        assertThat(choice.stages()).extracting(stage -> stage.link().name())
                .containsExactly("0ms", "50ms", "100ms", "100ms-1gbit", "200ms", "50ms-20mbit");
    }

    @Test
    void refusesMoreSessionsThanAProcessMayHaveFiles() throws Refusal {
        List<Setup> tunnel = List.of(RelaygateSet.of("tunnel2", folder));
        List<Setup> plain = List.of(RelaygateSet.of("plain2", folder));

        Choice.refuseTooManySessions(10_000, tunnel, 20_000);
        assertThatThrownBy(() -> Choice.refuseTooManySessions(10_000, plain, 20_000))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("may have 20000 files open, enough for 9750 sessions of plain2");
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
