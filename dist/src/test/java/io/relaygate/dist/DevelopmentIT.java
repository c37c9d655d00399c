package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code relaygate run --dev}: a plugin is built, and the gateway has it at once. */
@ExtendWith(NothingLeftBehind.class)
class DevelopmentIT {

    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** What a build makes: a plugin that says this. */
    private static byte[] built(Path folder, String says) throws IOException {
        Path made = Folders.create(folder.resolve("made-" + says));
        PluginFile.add(made, "saying", SayingPlugin.class);
        try (FileSystem jar = FileSystems.newFileSystem(made.resolve("saying.jar"))) {
            Files.writeString(jar.getPath("/says.txt"), says);
        }
        return Files.readAllBytes(made.resolve("saying.jar"));
    }

    private static String told(RelayGateProcess process) throws IOException {
        try (TestClient client = TestClient.connect(process.port("in"))) {
            return client.rest();
        }
    }

    private static void says(RelayGateProcess process, String text) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(10))
                .until(() -> told(process).equals(text));
    }

    @Test
    void whatIsBuiltIsServedInLessThanASecond() throws IOException {
        Path folder = Folders.fresh("development");
        Path target = Folders.create(folder.resolve("target"));
        Path jar = Files.write(target.resolve("saying-1.0.0.jar"), built(folder, "one"));
        try (RelayGateProcess process = RelayGateProcess.start(folder, "run", """
                        admin: { listen: "127.0.0.1:0" }
                        entryPoints: { in: { listen: "127.0.0.1:0" } }
                        routes: [{ name: in, from: in, protocol: saying, open: true }]
                        """, List.of("--dev", target.toString()))
                .ready()) {
            says(process, "one");
            List<Duration> taken = new ArrayList<>();
            for (String next : List.of("two", "three", "four")) {
                byte[] bytes = built(folder, next);
                String before = told(process);
                Files.delete(jar);
                Files.write(jar, Arrays.copyOf(bytes, bytes.length / 2));
                await().during(Duration.ofMillis(400)).pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(10))
                        .until(() -> told(process).equals(before));

                Files.write(jar, Arrays.copyOfRange(bytes, bytes.length / 2, bytes.length), StandardOpenOption.APPEND);
                long complete = System.nanoTime();
                says(process, next);
                taken.add(Duration.ofNanos(System.nanoTime() - complete));
            }
            // A machine that is busy with other things may hold one up.
            assertThat(taken).anySatisfy(duration -> assertThat(duration).isLessThan(LIMIT));
            assertThat(process.child().told())
                    .contains("INFO  SayingPlugin: somebody is told one", "INFO  SayingPlugin: somebody is told four")
                    .doesNotContain("WARN", "ERROR");
        }
    }

    @Test
    void aFolderWithoutAPluginIsToldAtTheStart() {
        Path folder = Folders.fresh("development-empty");
        Folders.write(folder.resolve("relaygate.yaml"), "entryPoints: {}\n");
        Programs.Ended none = Product.run(folder, "run", "-c", "relaygate.yaml", "--dev", "target");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("no such folder: ").contains("--dev names where a build leaves a plugin's jar");
        Folders.create(folder.resolve("target"));
        Programs.Ended empty = Product.run(folder, "run", "-c", "relaygate.yaml", "--dev", "target");
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("is a plugin yet: build it first, as with `mvn package`");
    }
}
