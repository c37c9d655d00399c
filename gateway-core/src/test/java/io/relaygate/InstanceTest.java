package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No two living gateways have one name, and a gateway has the same one after a restart. */
@Timeout(60)
class InstanceTest {

    @TempDir
    private Path folder;

    /** What another process finds that takes the same folder. */
    private String elsewhere() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeldInstance.class.getName(),
                        folder.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = process.inputReader()) {
            String name = said.readLine();
            process.getOutputStream().close();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            return name;
        } finally {
            process.destroyForcibly();
        }
    }

    private String kept() throws IOException {
        return Files.readString(folder.resolve("instance")).strip();
    }

    @Test
    void nameIsKeptOverRestarts() throws Exception {
        String name;
        try (Instance first = Instance.take(folder)) {
            name = first.name();
            assertThat(name).matches("[0-9a-f]{16}").isEqualTo(kept());
        }
        try (Instance again = Instance.take(folder)) {
            assertThat(again.name()).isEqualTo(name);
        }
        assertThat(elsewhere()).isEqualTo(name);
    }

    @Test
    void otherProcessGetsANameOfItsOwn() throws Exception {
        try (Instance mine = Instance.take(folder)) {
            assertThat(elsewhere()).matches("[0-9a-f]{16}").isNotEqualTo(mine.name());
            assertThat(kept()).isEqualTo(mine.name());
        }
    }

    @Test
    void secondGatewayOfTheProcessGetsANameOfItsOwnAndDoesNotGiveTheFirstOnesAway() throws Exception {
        try (Instance mine = Instance.take(folder)) {
            try (Instance second = Instance.take(folder.resolve("."))) {
                assertThat(second.name()).isNotEqualTo(mine.name());
            }
            assertThat(elsewhere()).isNotEqualTo(mine.name());
            assertThat(kept()).isEqualTo(mine.name());
        }
    }

    @Test
    void lockLivesAsLongAsTheGateway() throws Exception {
        try (Instance mine = Instance.take(folder)) {
            System.gc();
            try (Instance second = Instance.take(folder)) {
                assertThat(second.name()).isNotEqualTo(mine.name());
            }
            assertThat(elsewhere()).isNotEqualTo(mine.name());
        }
    }

    @Test
    void fileThatHoldsNoNameGetsOne() throws Exception {
        Files.writeString(folder.resolve("instance"), "not a name, and longer than one");
        try (Instance mine = Instance.take(folder)) {
            assertThat(mine.name()).matches("[0-9a-f]{16}").isEqualTo(kept());
        }
    }

    @Test
    void everyEndHasANameOfItsOwnThatItHasAgainAfterARestart() throws Exception {
        List<String> purposes = List.of("site oslo", "site lima", "hybrid connection a", "site oslo", "site oslo", "a");
        List<String> names;
        try (Instance mine = Instance.take(folder)) {
            names = purposes.stream().map(mine::nameOf).toList();
            assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches(mine.name() + "\\.[0-9a-f]{8}(\\.[23])?"));
        }
        try (Instance again = Instance.take(folder)) {
            assertThat(again.nameOf("site lima")).isEqualTo(names.get(1));
            assertThat(again.nameOf("site oslo")).isEqualTo(names.get(0));
        }
    }
}
