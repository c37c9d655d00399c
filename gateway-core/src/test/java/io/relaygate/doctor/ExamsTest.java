package io.relaygate.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.relaygate.doctor.Finding.Level;
import io.relaygate.doctor.SideBySide.Exam;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditSettings;
import io.relaygate.observe.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of what was seen. */
class ExamsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"512, 300, FAIL", "4096, 40000, WARN", "65536, 40000, OK", "-1, 10, SKIP"})
    void comparesTheLimitOfOpenFilesWithWhatSessionsNeed(long limit, long needed, Level level) {
        Finding finding = ProcessExam.descriptors(limit, needed);
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.todo().isEmpty()).isEqualTo(level == Level.OK || level == Level.SKIP);
    }

    @ParameterizedTest
    @CsvSource({"0, OK, right within", "-4, OK, right within", "90, WARN, 90 s behind", "-90, WARN, 90 s ahead of", "-3600, FAIL, 3600 s ahead of"})
    void saysHowFarTheClocksAreApart(long seconds, Level level, String words) {
        assertThat(NamespaceExam.clock("clock", Duration.ofSeconds(seconds))).returns(level, Finding::level).asString().contains(words);
    }

    @Test
    void writesIntoTheStateFolderAndLeavesNothing() throws IOException {
        assertThat(FileExam.stateDir(folder)).singleElement().returns(Level.OK, Finding::level);
        assertThat(FileExam.stateDir(folder.resolve("a/b"))).singleElement().asString().contains("can be made");
        assertThat(folder).isEmptyDirectory();
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(FileExam.stateDir(file.resolve("state"))).singleElement().returns(Level.FAIL, Finding::level).asString().contains("is no folder");
        assertThat(FileExam.stateDir(Path.of("/proc/relaygate"))).singleElement().returns(Level.FAIL, Finding::level);
    }

    @Test
    void wantsRoomForAllThatTheAuditMayKeep() {
        AuditSettings small = new AuditSettings(folder.resolve("audit.jsonl"), new FileSize(64 << 10), 1, AuditSettings.WhenFull.DROP);
        AuditSettings large = new AuditSettings(folder.resolve("audit.jsonl"), new FileSize(Long.MAX_VALUE / 2000), 1000, AuditSettings.WhenFull.DROP);
        assertThat(FileExam.audit(small)).singleElement().returns(Level.OK, Finding::level);
        assertThat(FileExam.audit(large)).singleElement().returns(Level.WARN, Finding::level).asString().contains("lower `audit.maxSize`");
        assertThat(FileExam.audit(null)).isEmpty();
    }

    @Test
    void tellsInOrderAndLeavesBehindWhatHangs() {
        CountDownLatch ended = new CountDownLatch(1);
        try (Threads threads = new Threads(0)) {
            List<Finding> found = new SideBySide(threads, Duration.ofMillis(200)).run(List.of(
                    new Exam("slow", () -> {
                        ended.await();
                        return List.of();
                    }),
                    new Exam("quick", () -> List.of(Finding.ok("quick", "done")))));
            assertThat(found).extracting(Finding::what, Finding::level)
                    .containsExactly(tuple("slow", Level.FAIL), tuple("quick", Level.OK));
        } finally {
            ended.countDown();
        }
    }

    @Test
    void tellsWhatToDoInOneLine() {
        assertThat(Finding.fail("here", "broken", "mend it")).hasToString("FAIL  here: broken; what to do: mend it");
        assertThat(Finding.ok("here", "fine")).hasToString("ok    here: fine");
    }
}
