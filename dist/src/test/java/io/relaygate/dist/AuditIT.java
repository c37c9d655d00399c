package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The audit in a file of its own tells who reached what, survives what happens to the file, and says what a full disk means. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class AuditIT {

    private Path folder;
    private TestServer echo;
    private @Nullable RelayGateProcess started;

    @BeforeEach
    void prepares(TestInfo test) {
        folder = Folders.fresh("audit-" + test.getTestMethod().orElseThrow().getName());
        echo = TestServer.echo();
    }

    @AfterEach
    void stops() {
        Closing.all(started, echo);
    }

    private void start(String audit) {
        started = RelayGateProcess.start(folder, "run", """
                audit: { %s }
                entryPoints:
                  in: { listen: "127.0.0.1:0" }
                  closed: { listen: "127.0.0.1:0" }
                routes:
                  - { name: in, from: in, to: echo, open: true }
                  - { name: closed, from: closed, to: kept, open: true }
                destinations:
                  echo: { addresses: ["%s"] }
                  kept: { addresses: ["%s"], allow: { networks: [192.0.2.0/24] } }
                """.formatted(audit, echo.address(), echo.address())).ready();
    }

    private RelayGateProcess gateway() {
        return Objects.requireNonNull(started);
    }

    private static ConditionFactory within(int seconds) {
        return Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(Duration.ofSeconds(seconds));
    }

    private boolean passes(String entryPoint) {
        try (TestClient client = TestClient.connect(gateway().port(entryPoint))) {
            client.send("word");
            return client.finish().equals("word");
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> records(String file) {
        return Folders.text(folder.resolve(file)).lines().toList();
    }

    @Test
    void everyDecisionAndEveryEndIsARecordInAFileOfItsOwnerAlone() throws IOException {
        start("file: audit.jsonl");
        assertThat(passes("in")).isTrue();
        within(10).until(() -> records("audit.jsonl").size() == 2);
        assertThat(passes("closed")).isFalse();
        within(10).until(() -> records("audit.jsonl").size() == 4);
        List<String> records = records("audit.jsonl");
        assertThat(records.get(0)).contains("\"msg\":\"access\"", "\"caller\":\"anonymous\",\"proof\":\"none\"", "\"destination\":\"echo\"",
                "\"decision\":\"ALLOWED\"", "\"address\":\"" + echo.address() + "\"");
        assertThat(records.get(1)).contains("\"msg\":\"session ended\"", "\"bytesUp\":4", "\"bytesDown\":4", "\"durationMs\":");
        assertThat(records.get(2)).contains("\"msg\":\"access\"", "\"destination\":\"kept\"", "\"decision\":\"REFUSED\"",
                "\"reason\":\"NOT_ALLOWED\"", "the source is in no network that destination kept allows");
        assertThat(records.get(3)).contains("\"ending\":\"REFUSED\"");
        assertThat(Files.getPosixFilePermissions(folder.resolve("audit.jsonl"))).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(gateway().child().told()).doesNotContain("relaygate.audit");
    }

    @Test
    void goesOnInANewFileWhenTheOldOneIsFullOrMovedAwayAndLosesNothingAtAStop() throws IOException {
        start("file: audit.jsonl, maxSize: 64KiB, keep: 2");
        for (int i = 0; i < 150; i++) {
            assertThat(passes("in")).isTrue();
        }
        within(10).until(() -> Files.exists(folder.resolve("audit.jsonl.1")));
        Files.move(folder.resolve("audit.jsonl"), folder.resolve("mine"));
        gateway().reload();
        for (int i = 0; i < 10; i++) {
            assertThat(passes("in")).isTrue();
        }
        gateway().child().signal("TERM");
        gateway().child().exitCode(Duration.ofSeconds(40));
        long ends = List.of("audit.jsonl", "audit.jsonl.1", "mine").stream()
                .flatMap(file -> records(file).stream())
                .filter(line -> line.contains("session ended"))
                .count();
        assertThat(ends).isEqualTo(160);
    }

    @Test
    void onAFullDiskNoSessionBeginsWherePolicySaysSo() throws IOException {
        start("file: audit.jsonl, whenFull: refuse");
        assertThat(passes("in")).isTrue();
        Files.move(folder.resolve("audit.jsonl"), folder.resolve("before"));
        Files.createSymbolicLink(folder.resolve("audit.jsonl"), Path.of("/dev/full"));
        within(10).until(() -> !passes("in"));
        within(10).until(() -> gateway().child().told().contains("the audit file cannot be written"));
        assertThat(gateway().metric("relaygate_sessions_refused_total")).isPositive();
        Files.delete(folder.resolve("audit.jsonl"));
        within(20).until(() -> passes("in"));
        within(10).until(() -> gateway().child().told().contains("the audit file is written again"));
    }

    @Test
    void onAFullDiskSessionsGoOnWherePolicySaysSo() throws IOException {
        start("file: audit.jsonl, whenFull: drop");
        Files.delete(folder.resolve("audit.jsonl"));
        Files.createSymbolicLink(folder.resolve("audit.jsonl"), Path.of("/dev/full"));
        within(10).until(() -> passes("in") && gateway().child().told().contains("the audit file cannot be written"));
        for (int i = 0; i < 20; i++) {
            assertThat(passes("in")).isTrue();
        }
    }
}
