package io.relaygate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        Columns table = new Columns("SITE", "STATE", "WHY NOT");
        table.row("oslo", "up", "");
        table.row("trondheim", "", "nobody listens");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        table.print(new PrintStream(out, true, UTF_8));
        assertThat(table.size()).isEqualTo(2);
        assertThat(out.toString(UTF_8)).isEqualToNormalizingNewlines("""
                SITE       STATE  WHY NOT
                oslo       up
                trondheim  -      nobody listens
                """);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 s", "119999, 119 s", "120000, 2 minutes", "7199999, 119 minutes", "7200000, 2 hours"})
    void tellsTimes(long millis, String words) {
        assertThat(StatusCommand.time(millis)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "9999, 9999 B", "10240, 10 KiB", "10485760, 10 MiB"})
    void tellsSizes(long bytes, String words) {
        assertThat(StatusCommand.bytes(bytes)).isEqualTo(words);
    }
}
