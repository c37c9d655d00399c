package io.relaygate.plugins.ssh.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AsciicastTest {

    private static final Instant BEGIN = Instant.ofEpochSecond(1_700_000_000, 250_000_000);
    private static final Pattern EVENT = Pattern.compile("\\[([0-9]+\\.[0-9]{6}), \"([or])\", \"((?:[^\"\\\\\\x00-\\x1f]++|\\\\[\"\\\\nrt]|\\\\u00[0-9a-f]{2})*+)\"]");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u00(..)|.)");

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private Instant now = BEGIN;

    private Asciicast begin() throws IOException {
        return new Asciicast(written, () -> now, 100, 40, "xterm-256color");
    }

    private void after(Duration time) {
        now = now.plus(time);
    }

    private static void output(Asciicast cast, byte... bytes) throws IOException {
        cast.output(bytes, 0, bytes.length);
    }

    private List<String> lines() {
        return written.toString(UTF_8).lines().toList();
    }

    /** What a player shows of a recording: reads it as JSON, and fails where it is none. */
    private static String shown(byte[] recording) {
        StringBuilder all = new StringBuilder();
        new String(recording, UTF_8).lines().skip(1).forEach(line -> {
            var event = EVENT.matcher(line);
            assertThat(event.matches()).as(line).isTrue();
            if (event.group(2).equals("o")) {
                all.append(ESCAPE.matcher(event.group(3)).replaceAll(AsciicastTest::unescaped));
            }
        });
        return all.toString();
    }

    private static String unescaped(MatchResult escape) {
        String code = escape.group(2);
        String meant = code != null ? String.valueOf((char) HexFormat.fromHexDigits(code)) : switch (escape.group(1)) {
            case "n" -> "\n";
            case "r" -> "\r";
            case "t" -> "\t";
            default -> escape.group(1);
        };
        return Matcher.quoteReplacement(meant);
    }

    @Test
    void aRecordingIsLinesOfJson() throws IOException {
        try (Asciicast cast = begin()) {
            output(cast, "say \"\\\"\r\n\t\u001b[1mh\u00e9\u20ac\ud83d\ude00\u0007\u007f".getBytes(UTF_8));
            after(Duration.ofMillis(1500));
            cast.resized(120, 50);
            after(Duration.ofHours(3));
            output(cast, "bye".getBytes(UTF_8));
        }
        assertThat(lines()).containsExactly(
                "{\"version\": 2, \"width\": 100, \"height\": 40, \"timestamp\": 1700000000, \"env\": {\"TERM\": \"xterm-256color\"}}",
                "[0.000000, \"o\", \"say \\\"\\\\\\\"\\r\\n\\t\\u001b[1mh\u00e9\u20ac\ud83d\ude00\\u0007\\u007f\"]",
                "[1.500000, \"r\", \"120x50\"]",
                "[10801.500000, \"o\", \"bye\"]");
    }

    @Test
    void charactersThatAreCutAreJoinedAndBytesThatAreNoneAreReplaced() throws IOException {
        byte[] said = "h\u00e9\u20ac\ud83d\ude00\u001b[31m\"\\\r\n".getBytes(UTF_8);
        byte[] bad = Arrays.copyOf(said, said.length + 6);
        System.arraycopy(HexFormat.of().parseHex("ff80c3e282f0"), 0, bad, said.length, 6);
        String whole = new String(bad, UTF_8);
        for (int cut = 0; cut <= bad.length; cut++) {
            for (int second = cut; second <= bad.length; second++) {
                written.reset();
                try (Asciicast cast = begin()) {
                    cast.output(bad, 0, cut);
                    cast.output(bad, cut, second - cut);
                    cast.output(bad, second, bad.length - second);
                }
                assertThat(shown(written.toByteArray())).as("cut at %d and %d", cut, second).isEqualTo(whole);
            }
        }
    }

    @Test
    void anythingIsRecordedAsAnybodyDecodesIt() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[random.nextInt(20_000)];
            random.nextBytes(bytes);
            written.reset();
            try (Asciicast cast = begin()) {
                for (int at = 0; at < bytes.length; ) {
                    int n = Math.min(bytes.length - at, random.nextInt(1, 9000));
                    cast.output(bytes, at, n);
                    at += n;
                }
            }
            assertThat(shown(written.toByteArray())).isEqualTo(new String(bytes, UTF_8));
            assertThat(lines()).as("no line is longer than its piece").allMatch(line -> line.length() < 6 * 4200);
        }
    }

    @Test
    void sizesThatNoTerminalHasAreMadeSane() throws IOException {
        try (Asciicast cast = new Asciicast(written, InstantSource.fixed(BEGIN), 0, 0, "")) {
            cast.resized(-1, 1 << 30);
        }
        assertThat(lines()).containsExactly(
                "{\"version\": 2, \"width\": 80, \"height\": 24, \"timestamp\": 1700000000}", "[0.000000, \"r\", \"65535x65535\"]");
    }

    @Test
    void timeNeverGoesBackAndWhatIsOverIsOver() throws IOException {
        Asciicast cast = begin();
        after(Duration.ofSeconds(2));
        output(cast, (byte) 'a');
        after(Duration.ofSeconds(-5));
        output(cast, (byte) 'b');
        output(cast, (byte) 0xc3);
        cast.close();
        cast.close();
        assertThat(lines()).endsWith("[2.000000, \"o\", \"a\"]", "[2.000000, \"o\", \"b\"]", "[2.000000, \"o\", \"\ufffd\"]");
        assertThatIOException().isThrownBy(() -> output(cast, (byte) 'c'));
    }

    @Test
    void asciinemaPlaysIt(@TempDir Path folder) throws IOException, InterruptedException {
        String said = "h\u00e9\u20ac\ud83d\ude00 \u001b[31mred\u001b[0m \"quoted\" \\ \r\n\u0007";
        try (Asciicast cast = begin()) {
            for (byte each : said.getBytes(UTF_8)) {
                after(Duration.ofMillis(1));
                output(cast, each);
            }
            cast.resized(90, 30);
        }
        Path file = Files.write(folder.resolve("session.cast"), written.toByteArray());
        ProcessBuilder play = new ProcessBuilder("asciinema", "play", file.toString());
        play.environment().put("LC_ALL", "C.UTF-8");
        play.environment().put("ASCIINEMA_CONFIG_HOME", folder.toString());
        Process process;
        try {
            process = play.redirectErrorStream(true).start();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            Assumptions.abort("to run this test, install asciinema: " + e.getMessage());
            return;
        }
        process.getOutputStream().close();
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo(said);
        assertThat(process.waitFor()).isZero();
    }
}
