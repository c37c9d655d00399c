package io.relaygate.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditFileTest {

    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    private Path path;
    private AuditFile file;
    private Instant now = Instant.EPOCH;

    @BeforeEach
    void opens() throws IOException {
        path = folder.resolve("audit.jsonl");
        file = new AuditFile(path, 100, 3, () -> now);
        file.open();
    }

    @AfterEach
    void closes() throws IOException {
        file.close();
    }

    private void write(String line) throws IOException {
        file.write((line + "\n").getBytes(UTF_8));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void isForItsOwnerAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void goesOnWhereItEnded() throws IOException {
        write("one");
        file.close();
        write("two");
        assertThat(path).hasContent("one\ntwo\n");
    }

    @Test
    void endsTheHalfLineOfAProcessThatWasKilled() throws IOException {
        file.close();
        Files.writeString(path, "one\n{\"ts");
        write("two");
        assertThat(path).hasContent("one\n{\"ts\ntwo\n");
    }

    @Test
    void isRenamedWhenTheNextLineWouldMakeItTooLargeAndSoManyAreKept() throws IOException {
        for (int i = 0; i < 45; i++) {
            write("line %04d".formatted(i));
        }
        assertThat(names()).containsExactly("audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.3");
        assertThat(path).hasContent("line 0040\nline 0041\nline 0042\nline 0043\nline 0044\n");
        assertThat(Files.readAllLines(folder.resolve("audit.jsonl.1"))).hasSize(10).startsWith("line 0030");
        assertThat(Files.readAllLines(folder.resolve("audit.jsonl.3"))).hasSize(10).startsWith("line 0010");
    }

    @Test
    void removesWhatMoreWasKeptBefore() throws IOException {
        Files.writeString(folder.resolve("audit.jsonl.4"), "old");
        Files.writeString(folder.resolve("audit.jsonl.5"), "older");
        write("x".repeat(90));
        write("y".repeat(90));
        assertThat(names()).containsExactly("audit.jsonl", "audit.jsonl.1");
    }

    @Test
    void aLineThatIsLargerThanAFileIsWrittenAllTheSame() throws IOException {
        write("x".repeat(1000));
        write("y");
        assertThat(path).hasContent("y\n");
        assertThat(folder.resolve("audit.jsonl.1")).hasContent("x".repeat(1000) + "\n");
    }

    @Test
    void isOpenedAgainWhenSomebodyElseHasMovedIt() throws IOException {
        write("one");
        Files.move(path, folder.resolve("moved"));
        write("two");
        assertThat(folder.resolve("moved")).as("not looked at within a second").hasContent("one\ntwo\n");
        now = now.plusSeconds(1);
        write("three");
        assertThat(path).hasContent("three\n");
        Files.delete(path);
        now = now.plusSeconds(1);
        write("four");
        assertThat(path).hasContent("four\n");
    }

    @Test
    void isOpenedAgainAtOnceWhenAsked() throws IOException {
        write("one");
        Files.move(path, folder.resolve("moved"));
        file.reopen();
        write("two");
        assertThat(path).hasContent("two\n");
    }

    @Test
    void seesThatSomebodyElseHasEmptiedIt() throws IOException {
        write("x".repeat(90));
        Files.write(path, new byte[0]);
        now = now.plusSeconds(1);
        write("y".repeat(90));
        assertThat(names()).containsExactly("audit.jsonl");
    }

    @Test
    void failsOnAFullDiskAndGoesOnAfterwards() throws IOException {
        write("one");
        Files.move(path, folder.resolve("moved"));
        Files.createSymbolicLink(path, FULL);
        now = now.plusSeconds(1);
        assertThatIOException().isThrownBy(() -> write("two")).withMessageContaining("No space left");
        Files.delete(path);
        now = now.plusSeconds(1);
        write("two");
        assertThat(path).hasContent("two\n");
    }

    @Test
    void doesNotGrowWhereItCannotBeRenamed() throws IOException {
        write("x".repeat(90));
        Files.createFile(folder.resolve("audit.jsonl.1"));
        Files.createFile(folder.resolve("audit.jsonl.2"));
        Files.createDirectories(folder.resolve("audit.jsonl.3/taken"));
        assertThatIOException().isThrownBy(() -> write("y".repeat(90)));
        assertThat(path).hasContent("x".repeat(90) + "\n");
    }
}
