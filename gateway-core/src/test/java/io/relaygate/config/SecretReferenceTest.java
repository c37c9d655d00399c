package io.relaygate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretReferenceTest {

    @TempDir
    Path folder;

    private static String reveal(Secret secret) throws IOException {
        return secret.with(String::new);
    }

    @ParameterizedTest
    @CsvSource({"abc,abc", "'abc\\n',abc", "'abc\\r\\n',abc", "'abc\\n\\n','abc\\n'", "' abc ',' abc '", "'\\n',''", "'p\u00e4ss',p\u00e4ss"})
    void readsAFileWithoutItsLastNewline(String content, String secret) throws IOException {
        Files.writeString(folder.resolve("key"), content.translateEscapes());

        assertThat(reveal(SecretReference.parse("${file:key}", folder, null))).isEqualTo(secret.translateEscapes());
    }

    @Test
    void readsARotatedFileAtTheNextUse() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "old");
        Secret secret = SecretReference.parse("${file:key}", folder, null);
        assertThat(reveal(secret)).isEqualTo("old");

        Files.writeString(file, "new");

        assertThat(reveal(secret)).isEqualTo("new");
    }

    @Test
    void readsAnEnvironmentVariable() throws IOException {
        assertThat(reveal(SecretReference.parse("${env:PATH}", folder, null))).isEqualTo(System.getenv("PATH"));
    }

    @Test
    void wipesWhatItLent() throws IOException {
        Files.writeString(folder.resolve("key"), "abc");
        AtomicReference<char[]> lent = new AtomicReference<>();

        char first = SecretReference.parse("${file:key}", folder, null).with(characters -> {
            lent.set(characters);
            return characters[0];
        });

        assertThat(first).isEqualTo('a');
        assertThat(lent.get()).isEqualTo(new char[3]);
    }

    @Test
    void wipesWhatItLentWhenTheUseFails() throws IOException {
        Files.writeString(folder.resolve("key"), "abc");
        AtomicReference<char[]> lent = new AtomicReference<>();
        SecretReference secret = SecretReference.parse("${file:key}", folder, null);

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> secret.with(characters -> {
            lent.set(characters);
            throw new IllegalStateException(String.valueOf(Arrays.hashCode(characters)));
        }));
        assertThat(lent.get()).isEqualTo(new char[3]);
    }

    @Test
    void isItsReferenceAsText() throws IOException {
        Files.writeString(folder.resolve("key"), "abc");

        assertThat(SecretReference.parse("${file:key}", folder, null)).hasToString("${file:key}");
    }

    @Test
    void equalsAnotherThatRefersToTheSamePlace() {
        SecretReference secret = SecretReference.parse("${file:key}", folder, null);

        assertThat(secret).isEqualTo(SecretReference.parse("${file:key}", folder, null));
        assertThat(secret).isNotEqualTo(SecretReference.parse("${file:key}", folder.resolve("other"), null));
        assertThat(secret).isNotEqualTo(SecretReference.parse("${env:key}", folder, null));
    }

    @Test
    void takesAnAbsoluteFile() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "abc");

        assertThat(reveal(SecretReference.parse("${file:" + file + "}", Path.of("/nowhere"), null))).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hunter2", "${file:}", "${file:a", "$file:a", "x${file:a}", "${file:a}x", "${file:a}${file:b}", "${:a}"})
    void refusesALiteralWithoutRepeatingIt(String text) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SecretReference.parse(text, folder, null))
                .withMessage("a secret is not written here; put it into a file and write ${file:NAME}, or ${env:NAME} for a variable");
    }

    @Test
    void namesTheReferenceThatCannotBeRead() {
        assertThatIOException()
                .isThrownBy(() -> reveal(SecretReference.parse("${file:key}", folder, null)))
                .withMessage("${file:key}: no such file: " + folder.resolve("key"));
        assertThatIOException()
                .isThrownBy(() -> reveal(SecretReference.parse("${env:RELAYGATE_TEST_NOT_SET}", folder, null)))
                .withMessage("the environment variable RELAYGATE_TEST_NOT_SET is not set");
    }

    @Test
    void refusesAFileThatIsNotText() throws IOException {
        Files.write(folder.resolve("key"), new byte[] {'a', (byte) 0xff});

        assertThatIOException()
                .isThrownBy(() -> reveal(SecretReference.parse("${file:key}", folder, null)))
                .withMessage("${file:key}: the secret is not UTF-8");
    }

    @Test
    void refusesAFileThatIsTooLarge() throws IOException {
        Files.write(folder.resolve("key"), new byte[64 * 1024 + 1]);

        assertThatIOException()
                .isThrownBy(() -> reveal(SecretReference.parse("${file:key}", folder, null)))
                .withMessage("${file:key}: a secret of more than 64 KiB");
    }
}
