package io.relaygate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings made of the examples that they carry. */
class ExampleTest {

    @TempDir
    private Path folder;

    /** A choice. */
    public enum Pace {
        /** One word. */
        VERY_FAST,
        /** Another. */
        SLOW
    }

    /** A group. */
    public record Server(@Setting(value = "Where.", required = true, example = "\"sql01:1433\"") String address) {}

    /** One of everything. */
    public record Everything(
            @Setting(value = "A key.", required = true) Secret key,
            @Setting(value = "A group.", required = true) Server first,
            @Setting(value = "A list.", required = true) List<Server> others,
            @Setting(value = "By name.", required = true) Map<String, Server> named,
            @Setting(value = "A choice.", required = true) Pace pace,
            @Setting(value = "A list of texts.", example = "[a, \"b, c\"]") List<String> texts,
            @Setting(value = "A time.", byDefault = "30s") Duration time) {}

    /** What nobody can make up. */
    public record Unsaid(
            @Setting(value = "A number.", required = true) int number,
            @Setting(value = "A group.", required = true) Inner inner) {

        /** A group. */
        public record Inner(@Setting(value = "A text.", required = true) String text) {}
    }

    /** An example that is none. */
    public record Wrong(@Setting(value = "A time.", max = "5m", example = "2h") Duration time) {}

    /** Nothing. */
    public record Nothing() {}

    @Test
    void showEverySettingAndWhatItMeans() {
        assertThat(Example.of(Everything.class)).containsExactly(
                "key: \"${file:secret}\"  # A key.",
                "first:  # A group.",
                "  address: \"sql01:1433\"  # Where.",
                "others:  # A list.",
                "  -",
                "    address: \"sql01:1433\"  # Where.",
                "named:  # By name.",
                "  name:",
                "    address: \"sql01:1433\"  # Where.",
                "pace: very-fast  # A choice.",
                "texts: [a, \"b, c\"]  # A list of texts.",
                "# time: 30s  # A time.");
    }

    @Test
    void canBeRead() throws IOException {
        assertThat(Example.problems(Everything.class, folder)).isEmpty();
        assertThat(Example.problems(Nothing.class, folder)).isEmpty();
    }

    @Test
    void areMissedOrFoundWrong() throws IOException {
        assertThat(Example.problems(Unsaid.class, folder)).containsExactly(
                "the setting number is required, and its @Setting gives no example",
                "the setting inner.text is required, and its @Setting gives no example");
        assertThat(Example.problems(Wrong.class, folder)).singleElement().asString().startsWith("time: must be at most 5m");
    }
}
