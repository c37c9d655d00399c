package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.net.Network;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From where a port may be connected to. */
class SourcesTest {

    @TempDir
    Path folder;

    private static boolean passes(Sources sources, @Nullable String source) {
        try {
            sources.check(source == null ? null : InetAddress.ofLiteral(source));
            return true;
        } catch (RefusedException e) {
            assertThat(e.reason()).isEqualTo(RefusedException.Reason.NOT_ALLOWED);
            return false;
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<Network> networks(String... texts) {
        return List.of(texts).stream().map(Network::parse).toList();
    }

    @Test
    void allMayWhereNothingIsSaid() throws IOException {
        Sources sources = Sources.read(new SourceSettings(List.of(), null, List.of(), null));
        assertThat(passes(sources, "192.0.2.1")).isTrue();
        assertThat(passes(sources, null)).isTrue();
    }

    @Test
    void whoIsDeniedMayNotEvenIfAllowed() throws IOException {
        Sources sources = Sources.read(
                new SourceSettings(networks("192.0.2.0/24"), null, networks("192.0.2.66"), null));
        assertThat(passes(sources, "192.0.2.1")).isTrue();
        assertThat(passes(sources, "192.0.2.66")).isFalse();
        assertThat(passes(sources, "198.51.100.1")).isFalse();
        assertThat(passes(sources, null)).isFalse();
    }

    @Test
    void filesAddToTheLists() throws IOException {
        Sources sources = Sources.read(new SourceSettings(
                networks("192.0.2.0/24"),
                file("allow.txt", "# partners\n\n2001:db8::/32 # lima\r\n  198.51.100.7\n"),
                List.of(),
                file("deny.txt", "192.0.2.66")));
        assertThat(passes(sources, "2001:db8::1")).isTrue();
        assertThat(passes(sources, "198.51.100.7")).isTrue();
        assertThat(passes(sources, "192.0.2.1")).isTrue();
        assertThat(passes(sources, "192.0.2.66")).isFalse();
    }

    @Test
    void anEmptyFileOfThoseWhoMayAllowsNobody() throws IOException {
        Sources sources = Sources.read(new SourceSettings(List.of(), file("allow.txt", "# none yet\n"), List.of(), null));
        assertThat(passes(sources, "192.0.2.1")).isFalse();
    }

    @Test
    void saysWhichLineIsWrongAndWhichFileIsMissing() throws IOException {
        Path wrong = file("deny.txt", "192.0.2.1\n192.0.2.300\n");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Sources.networks(wrong))
                .withMessage(wrong + ":2: expected a network such as 203.0.113.0/24, found '192.0.2.300'");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Sources.networks(folder.resolve("none")))
                .withMessage(folder.resolve("none") + ": no such file");
    }

    private long now;

    @Test
    void aChangedFileIsReadAgainAndAWrongOneLeavesWhatItSaid() throws IOException {
        Path file = file("deny.txt", "192.0.2.1");
        SourceSettings settings = new SourceSettings(List.of(), null, List.of(), file);
        Watched<Sources> watched = new Watched<>(Sources.files(settings), () -> Sources.read(settings), () -> now);
        change(file, "192.0.2.2", 1);
        assertThat(passes(watched.now(), "192.0.2.1")).as("not looked at in the same second").isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(passes(watched.now(), "192.0.2.1")).isTrue();
        assertThat(passes(watched.now(), "192.0.2.2")).isFalse();
        change(file, "nonsense", 2);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(passes(watched.now(), "192.0.2.2")).isFalse();
        Files.delete(file);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(passes(watched.now(), "192.0.2.2")).isFalse();
        change(file, "192.0.2.3", 3);
        now += Duration.ofSeconds(1).toNanos();
        assertThat(passes(watched.now(), "192.0.2.2")).isTrue();
    }

    private static void change(Path file, String text, int minutesLater) throws IOException {
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60L * minutesLater)));
    }
}
