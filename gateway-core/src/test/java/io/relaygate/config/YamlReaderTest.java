package io.relaygate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.config.Yaml.Kind;
import io.relaygate.config.Yaml.Mapping;
import io.relaygate.config.Yaml.Scalar;
import io.relaygate.config.Yaml.Sequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class YamlReaderTest {

    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    private Mapping read(String text) throws IOException {
        return (Mapping) Objects.requireNonNull(YamlReader.read(file(text.getBytes(StandardCharsets.UTF_8)), problems));
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("a.yaml"), bytes);
    }

    private String refused(byte[] bytes) throws IOException {
        assertThat(YamlReader.read(file(bytes), problems)).isNull();
        return said();
    }

    private String said() {
        return String.join("\n", problems.all().stream().map(Problem::toString).toList()).replace(folder + "/", "");
    }

    @Test
    void remembersThePlaceOfEveryValue() throws IOException {
        Mapping root = read("a: 1\nb:\n  - x\n  - { c: y }\n");

        Sequence list = (Sequence) Objects.requireNonNull(root.get("b"));
        Mapping inner = (Mapping) list.items().get(1);
        assertThat(list.items().get(0).place()).hasToString(folder + "/a.yaml:3:5");
        assertThat(Objects.requireNonNull(inner.get("c")).place()).hasToString(folder + "/a.yaml:4:10");
    }

    @Test
    void countsColumnsInCharacters() throws IOException {
        Mapping root = read("{ \"\uD83D\uDE00é\": 1, b: 2 }");

        assertThat(Objects.requireNonNull(root.get("b")).place().column()).isEqualTo(17 - 2);
    }

    @Test
    void followsYaml12() throws IOException {
        Mapping root = read("a: yes\nb: on\nc: 1_000\nd: 12:30:45\ne: ~\nf: 0o17\ng: true\nh: 1.5\ni: '1'\nj: !!str 7\nk: 017\n");

        List<Kind> kinds = root.entries().stream().map(entry -> ((Scalar) entry.value()).kind()).toList();
        assertThat(kinds)
                .containsExactly(
                        Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.NOTHING, Kind.WHOLE, Kind.TRUTH, Kind.DECIMAL,
                        Kind.TEXT, Kind.TEXT, Kind.WHOLE);
        assertThat(problems.none()).isTrue();
    }

    @Test
    void followsAliasesToTheirAnchors() throws IOException {
        Mapping root = read("a: &x { y: 1 }\nb: *x\nc: [*x, *x]\n");

        assertThat(root.get("b")).isSameAs(root.get("a"));
        assertThat(root.weight()).as("keys, values and what aliases stand for").isEqualTo(1 + (1 + 3) + (1 + 3) + (1 + 1 + 3 + 3));
        assertThat(problems.none()).isTrue();
    }

    @Test
    void takesAByteOrderMark() throws IOException {
        assertThat(read("\uFEFFa: 1").entries()).hasSize(1);
    }

    @Test
    void saysWhereAFileStopsBeingUtf8() throws IOException {
        byte[] bytes = "a: 1\nb: \u00e9?\n".getBytes(StandardCharsets.UTF_8);
        bytes[bytes.length - 2] = (byte) 0xff;

        assertThat(refused(bytes)).isEqualTo("a.yaml:2:5: the file is not UTF-8 from here on");
    }

    @Test
    void saysWhereAFileEndsWithinACharacter() throws IOException {
        assertThat(refused(new byte[] {'a', ':', ' ', (byte) 0xc3})).isEqualTo("a.yaml:1:4: the file is not UTF-8 from here on");
    }

    @Test
    void refusesControlCharacters() throws IOException {
        assertThat(refused("a: 1\nbc: \u0007\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a.yaml:2:5: a configuration has printable characters only, found U+0007");
    }

    @Test
    void refusesAFileOfMoreThanAMebibyte() throws IOException {
        assertThat(refused(new byte[(1 << 20) + 1])).isEqualTo("a.yaml:1:1: the file is larger than 1 MiB; split it with `include:`");
    }

    @Test
    @Timeout(10)
    void refusesTwentyThousandLevelsOfLists() throws IOException {
        assertThat(refused(("a: " + "[".repeat(20_000)).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a.yaml:1:53: nested deeper than 50 levels");
    }

    @Test
    @Timeout(10)
    void refusesLevelsThatAliasesHide() throws IOException {
        StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 1000; i++) {
            text.append("a" + i + ": &a" + i + " [*a" + (i - 1) + "]\n");
        }

        assertThat(refused(text.toString().getBytes(StandardCharsets.UTF_8))).endsWith("too large once its aliases are followed");
    }

    @Test
    @Timeout(10)
    void refusesABombWithFewAliases() throws IOException {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            text.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }

        assertThat(refused(text.toString().getBytes(StandardCharsets.UTF_8))).endsWith("too large once its aliases are followed");
    }

    @Test
    void saysThatThereIsNoFile() {
        assertThat(YamlReader.read(folder.resolve("none.yaml"), problems)).isNull();
        assertThat(said()).startsWith("none.yaml:1:1: no such file:");
    }

    @Test
    void saysThatAFolderIsNoFile() {
        assertThat(YamlReader.read(folder, problems)).isNull();
        assertThat(said()).endsWith("is a folder, not a file");
    }

    @Test
    void refusesKeysThatAreNoTexts() throws IOException {
        read("? [a, b]\n: 1\nc: 2\n");

        assertThat(said()).isEqualTo("a.yaml:1:3: a key must be a text; a text that begins with { or [ needs quotes");
    }

    @Test
    void readsDefaultsAtOnePlace() {
        Place place = new Place(Path.of("x.yaml"), 7, 3);

        Yaml list = YamlReader.fragment("[a, b]", place);

        assertThat(((Sequence) list).items()).extracting(Yaml::place).containsExactly(place, place);
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> YamlReader.fragment("[a", place));
    }
}
