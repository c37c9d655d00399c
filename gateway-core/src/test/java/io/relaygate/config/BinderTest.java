package io.relaygate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import io.relaygate.sdk.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinderTest {

    enum Colour {
        RED,
        LIGHT_BLUE
    }

    record Everything(
            @Setting("A text.") @Nullable String text,
            @Setting(value = "A truth.", byDefault = "true") boolean truth,
            @Setting(value = "A number.", byDefault = "7", min = "-5", max = "9") int number,
            @Setting("A long number.") long wide,
            @Setting(value = "A duration.", byDefault = "30s", max = "1h") Duration duration,
            @Setting(value = "A colour.", byDefault = "light-blue") Colour colour,
            @Setting(value = "A file.", byDefault = "a.txt") Path file,
            @Setting("A secret.") @Nullable Secret secret,
            @Setting("An address.") @Nullable HostPort address,
            @Setting("A record.") @Nullable Inner inner,
            @Setting("Records.") List<Inner> list,
            @Setting("Records by name.") Map<String, Inner> map,
            @Setting(value = "Words.", byDefault = "[a, b]") List<String> words,
            @Setting("Durations.") Map<String, Duration> durations,
            @Setting("A block.") @Nullable Block block,
            @Setting("Files.") List<String> include) {}

    record Inner(@Setting(value = "A name.", required = true) String name, @Setting("A number.") int number) {}

    record Picky(@Setting("Odd.") int odd) {
        Picky {
            if (odd % 2 == 0) {
                throw new IllegalArgumentException("expected an odd number, found " + odd);
            }
        }
    }

    record Careless(@Setting("One.") int one, String two) {}

    record Strange(@Setting("One.") StringBuilder one) {}

    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    private Bound<Everything> read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), text);
        return Objects.requireNonNull(Binder.read(file, Everything.class, problems));
    }

    private List<String> said() {
        return problems.all().stream().map(problem -> problem.toString().replace(folder + "/", "")).toList();
    }

    @Test
    void bindsEveryType() throws IOException {
        Files.writeString(folder.resolve("key"), "hunter2");

        Everything value = read("""
                        text: "47"
                        truth: false
                        number: -5
                        wide: 9999999999
                        duration: 500ms
                        colour: red
                        file: sub/b.txt
                        secret: ${file:key}
                        address: "[::1]:80"
                        inner: { name: in }
                        list: [ { name: x, number: 1 }, { name: y } ]
                        map: { z: { name: z } }
                        words: one
                        durations: { short: 1s, long: 2h }
                        """)
                .value();

        assertThat(said()).isEmpty();
        assertThat(value.text).isEqualTo("47");
        assertThat(value.truth).isFalse();
        assertThat(value.number).isEqualTo(-5);
        assertThat(value.wide).isEqualTo(9_999_999_999L);
        assertThat(value.duration).isEqualTo(Duration.ofMillis(500));
        assertThat(value.colour).isEqualTo(Colour.RED);
        assertThat(value.file).isEqualTo(folder.resolve("sub/b.txt"));
        assertThat(value.secret).hasToString("${file:key}");
        assertThat(value.address).isEqualTo(new HostPort("::1", 80));
        assertThat(value.inner).isEqualTo(new Inner("in", 0));
        assertThat(value.list).containsExactly(new Inner("x", 1), new Inner("y", 0));
        assertThat(value.map).containsExactly(Map.entry("z", new Inner("z", 0)));
        assertThat(value.words).containsExactly("one");
        assertThat(value.durations).containsEntry("long", Duration.ofHours(2));
    }

    @Test
    void fillsInDefaults() throws IOException {
        Everything value = read("text: x").value();

        assertThat(said()).isEmpty();
        assertThat(value)
                .isEqualTo(new Everything(
                        "x", true, 7, 0, Duration.ofSeconds(30), Colour.LIGHT_BLUE, folder.resolve("a.txt"), null, null, null,
                        List.of(), Map.of(), List.of("a", "b"), Map.of(), null, List.of()));
    }

    @Test
    void goesOnAfterEveryWrongValue() throws IOException {
        Everything value = read("""
                        text: [x]
                        truth: 1
                        number: 10
                        wide: 1.5
                        duration: 2h
                        colour: blue
                        file: ""
                        secret: hunter2
                        address: "80"
                        inner: x
                        list: { name: x }
                        map: [ x ]
                        words: [ 1, ok, {} ]
                        durations: { short: 1 }
                        block: []
                        """)
                .value();

        assertThat(said())
                .containsExactly(
                        "a.yaml:1:7: text: expected a text, found a list",
                        "a.yaml:2:8: truth: expected true or false, found the number 1",
                        "a.yaml:3:9: number: must be at most 9, found the number 10",
                        "a.yaml:4:7: wide: expected a whole number, found the number 1.5",
                        "a.yaml:5:11: duration: must be at most 1h, found '2h'",
                        "a.yaml:6:9: colour: expected red or light-blue, found 'blue'",
                        "a.yaml:7:7: file: expected the name of a file, found an empty text",
                        "a.yaml:8:9: secret: a secret is not written here; put it into a file and write ${file:NAME}, or"
                                + " ${env:NAME} for a variable",
                        "a.yaml:9:10: address: expected host:port, found '80'",
                        "a.yaml:10:8: inner: expected a map, found 'x'",
                        "a.yaml:11:7: list: expected a list, found a map",
                        "a.yaml:12:6: map: expected a map, found a list",
                        "a.yaml:13:10: words[0]: expected a text, found the number 1; put it in quotes",
                        "a.yaml:13:17: words[2]: expected a text, found a map",
                        "a.yaml:14:21: durations.short: expected a duration such as 500ms, 30s, 5m or 2h, found the number 1",
                        "a.yaml:15:8: block: expected a map, found a list");
        assertThat(value.words).containsExactly("ok");
        assertThat(value.duration).isNull();
    }

    @Test
    void escapesWhatWouldSpoilALine() throws IOException {
        read("\"a\\nb\\e[31m\": 1\nduration: \"" + "x".repeat(200) + "\"\n");

        assertThat(said().get(0)).startsWith("a.yaml:1:1: a\\u000ab\\u001b[31m: unknown key");
        assertThat(said().get(1)).endsWith("found '" + "x".repeat(80) + "...'");
    }

    @Test
    void mergesWhatMergeKeysName() throws IOException {
        Everything value = read("""
                        map:
                          a: &base { name: a, number: 1 }
                          b: { <<: *base, name: b }
                          c: { <<: [ { number: 2 }, *base ] }
                        """)
                .value();

        assertThat(said()).isEmpty();
        assertThat(value.map).containsEntry("b", new Inner("b", 1)).containsEntry("c", new Inner("a", 2));
    }

    @Test
    void remembersWhereEverythingIs() throws IOException {
        Bound<Everything> bound = read("""
                list:
                  - name: x
                    nmber: 3
                map:
                  z:
                    name: z
                words:
                  - one
                  - two
                """);
        Origins origins = bound.origins();
        Inner item = bound.value().list.getFirst();
        Inner entry = Objects.requireNonNull(bound.value().map.get("z"));

        assertThat(origins.of(item)).isEqualTo(new Place(folder.resolve("a.yaml"), 2, 5));
        assertThat(origins.path(item, "name")).isEqualTo("list[x].name");
        assertThat(origins.of(entry)).isEqualTo(new Place(folder.resolve("a.yaml"), 5, 3));
        assertThat(origins.of(entry, "name")).isEqualTo(new Place(folder.resolve("a.yaml"), 6, 11));
        assertThat(origins.of(entry, "number")).isEqualTo(origins.of(entry));
        assertThat(origins.item(bound.value(), "words", bound.value().words, 1).line()).isEqualTo(9);
        assertThat(origins.gives(entry, "number")).isFalse();
        assertThat(origins.gives(item, "number")).as("it was meant").isTrue();
        assertThat(origins.wrong(item, "number")).isTrue();
        assertThat(origins.knows(new Inner("x", 0))).as("equal, but another").isFalse();
    }

    @Test
    void includesOtherFilesInTheirOrder() throws IOException {
        Files.createDirectories(folder.resolve("more/deep"));
        Files.writeString(folder.resolve("more/2.yaml"), "list: { name: wrong }\n");
        Files.writeString(folder.resolve("more/2.yaml"), "list: [ { name: second } ]\nmap: { b: { name: b } }\n");
        Files.writeString(folder.resolve("more/1.yaml"), "list: [ { name: first } ]\nfile: here.txt\n");
        Files.writeString(folder.resolve("more/deep/3.yaml"), "words: three\n");
        Files.writeString(folder.resolve("more/.4.yaml"), "hidden: true\n");
        Files.writeString(folder.resolve("more/5.yaml"), "# nothing\n");

        Everything value = read("""
                        include: [ "more/*.yaml", "more/**/*.yaml", "*.yaml", "none.d/*.yaml" ]
                        list: [ { name: main } ]
                        map: { a: { name: a } }
                        """)
                .value();

        assertThat(said()).isEmpty();
        assertThat(value.list).extracting(Inner::name).containsExactly("main", "first", "second");
        assertThat(value.map.keySet()).containsExactly("a", "b");
        assertThat(value.words).containsExactly("three");
        assertThat(value.file).as("relative to the file that names it").isEqualTo(folder.resolve("more/here.txt"));
    }

    @Test
    void bindsABlockWhenItsTypeIsKnown() throws IOException {
        Block block = Objects.requireNonNull(read("block: { name: 4, nuber: 3 }\n").value().block);

        block.bind(Inner.class, problems);

        assertThat(said())
                .containsExactly(
                        "a.yaml:1:16: block.name: expected a text, found the number 4; put it in quotes",
                        "a.yaml:1:19: block.nuber: unknown key; did you mean 'number'?");
    }

    @Test
    void comparesBlocksByWhatTheySay() throws IOException {
        Block block = Objects.requireNonNull(read("block: { name: x, list: [1, 2] }\n").value().block);
        Block moved = Objects.requireNonNull(read("\nblock:\n  name: x\n  list: [ 1, 2 ]\n").value().block);
        Block other = Objects.requireNonNull(read("block: { name: x, list: [1, '2'] }\n").value().block);

        assertThat(moved).isEqualTo(block).hasSameHashCodeAs(block);
        assertThat(other).isNotEqualTo(block);
        assertThat(block.toString()).doesNotContain("name");
    }

    @Test
    void bindsABlockThatNobodyWrote() {
        Place place = new Place(Path.of("a.yaml"), 3, 4);

        Block.none(place, "routes[a].with").bind(Inner.class, problems);

        assertThat(said()).containsExactly("a.yaml:3:4: routes[a].with.name: is missing");
    }

    @Test
    void tellsWhatARecordRefuses() throws IOException {
        Block block = Objects.requireNonNull(read("block: { odd: 4 }\n").value().block);

        assertThat(block.bind(Picky.class, problems)).isNull();
        assertThat(said()).containsExactly("a.yaml:1:1: block: expected an odd number, found 4");
    }

    @Test
    void refusesATypeThatIsNoSettingsRecord() throws IOException {
        Block block = Objects.requireNonNull(read("block: {}\n").value().block);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> block.bind(Careless.class, problems))
                .withMessageEndingWith("Careless.two carries no @Setting");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> block.bind(Strange.class, problems))
                .withMessageEndingWith("Strange.one has the unsupported type java.lang.StringBuilder");
    }
}
