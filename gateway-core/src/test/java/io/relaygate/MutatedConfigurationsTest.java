package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.config.ConfigException;
import io.relaygate.config.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever somebody does to a configuration, it is read, or refused with what is wrong, and soon. */
class MutatedConfigurationsTest {

    private static final int MUTANTS = 300;
    private static final List<String> SPICES = List.of(
            "{", "}", "[", "]", ":", "- ", "&a ", "*a ", "<<: ", "|", ">", "'", "\"", "!x ", "!!int ", "? ", "\t", "\n", "#", "%YAML 1.2\n",
            "---\n", "...\n", "~", "null", "true", "-1", "99999999999999999999", "0x7f", ".inf", "{site}", "${file:", "\u0000",
            "\uD83D\uDE00", "\u00e9", "\uFFFF", "a".repeat(300), "[".repeat(200), "{a: ".repeat(60), "*", "/", "\\", "..", "include: \"**\"\n");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"edge.yaml", "site.yaml", "relay.yaml", "all-in-one.yaml"})
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void isReadOrRefused(String name) throws IOException {
        Path file = SampleConfigurationsTest.copy(name, folder);
        byte[] sample = Files.readAllBytes(file);
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = sample;
            for (int times = random.nextInt(3); times >= 0; times--) {
                mutant = mutate(mutant, random);
            }
            refused += isRefused(Files.write(file, mutant)) ? 1 : 0;
        }
        assertThat(refused).as("of %d mutants", MUTANTS).isBetween(MUTANTS / 4, MUTANTS);
    }

    /** Anything but a configuration or its problems ends the test with the mutant's file in place. */
    private static boolean isRefused(Path file) throws IOException {
        long start = System.nanoTime();
        try {
            GatewayConfig config = GatewayConfig.load(file, TestProtocol.all());
            assertThat(config.stateDir()).isNotNull();
            return false;
        } catch (ConfigException e) {
            assertThat(e.problems()).isNotEmpty().allMatch(MutatedConfigurationsTest::isTold);
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError("after " + Files.readString(file, StandardCharsets.ISO_8859_1), e);
        } finally {
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isLessThan(5000);
        }
    }

    private static boolean isTold(Problem problem) {
        return problem.line() > 0
                && problem.column() > 0
                && !problem.message().isBlank()
                && problem.toString().length() < 2000
                && problem.toString().chars().noneMatch(Character::isISOControl);
    }

    private static byte[] mutate(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(6)) {
            case 0 -> with(bytes, at, new byte[] {(byte) random.nextInt(256)}, 1);
            case 1 -> with(bytes, at, SPICES.get(random.nextInt(SPICES.size())).getBytes(StandardCharsets.UTF_8), 0);
            case 2 -> with(bytes, at, new byte[0], random.nextInt(40));
            case 3 -> with(bytes, at, slice(bytes, random), 0);
            case 4 -> shuffledLines(bytes, random);
            default -> with(bytes, at, new byte[0], random.nextInt(4) == 0 ? bytes.length : 1);
        };
    }

    private static byte[] slice(byte[] bytes, Random random) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(200));
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] shuffledLines(byte[] bytes, Random random) {
        List<String> lines = new ArrayList<>(new String(bytes, StandardCharsets.ISO_8859_1).lines().toList());
        if (lines.size() > 1) {
            Collections.swap(lines, random.nextInt(lines.size()), random.nextInt(lines.size()));
            lines.set(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] with(byte[] bytes, int at, byte[] inserted, int removed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(inserted);
        int rest = Math.min(bytes.length, at + removed);
        out.write(bytes, rest, bytes.length - rest);
        return out.toByteArray();
    }
}
