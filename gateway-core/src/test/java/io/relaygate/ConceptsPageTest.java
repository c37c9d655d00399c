package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.observe.Ending;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/concepts.md} are those of the code. */
class ConceptsPageTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| [^|\n]+ \\|(?: (yes|no) \\|)?$");

    @Test
    void listsAllEndingsAndReasonsInTheirOrder() throws IOException {
        List<String> listed = rows().stream().map(row -> row.group(1)).toList();

        assertThat(listed).startsWith(names(Ending.values())).endsWith(names(Reason.values()));
        assertThat(listed).hasSize(Ending.values().length + Reason.values().length);
    }

    @Test
    void saysWhichReasonsMayPass() throws IOException {
        for (MatchResult row : rows()) {
            if (row.group(2) != null) {
                Reason reason = Reason.valueOf(row.group(1));
                assertThat(row.group(2)).as(row.group(1))
                        .isEqualTo(new RefusedException(reason, "").retryable() ? "yes" : "no");
            }
        }
    }

    private static List<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(Path.of("..", "docs", "concepts.md"))).results().toList();
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    }
}
