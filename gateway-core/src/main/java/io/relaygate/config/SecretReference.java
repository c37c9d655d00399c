package io.relaygate.config;

import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A secret in a file or in an environment variable. Equal to another that refers to the same place, whatever the
 * secret is: that it changed does not change the configuration.
 *
 * @param text the reference as it is written, {@code ${file:send.key}}
 * @param file the file, or null for a variable
 * @param variable the variable, or null for a file
 */
record SecretReference(String text, @Nullable Path file, @Nullable String variable) implements Secret {

    /** The form, as a regular expression that Java and JSON schema both understand. */
    static final String PATTERN = "\\$\\{(file|env):[^{}]+\\}";

    private static final Pattern FORM = Pattern.compile("\\$\\{([a-zA-Z]+):([^{}]+)\\}");
    private static final int LARGEST = 64 * 1024;

    /**
     * Reads a reference.
     *
     * @param folder what a relative file is relative to
     * @throws IllegalArgumentException if the text is no reference; the message does not repeat it
     */
    static SecretReference parse(String text, Path folder) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a secret is not written here; put it into a file and write ${file:NAME}, or ${env:NAME} for a variable");
        }
        String name = matcher.group(2);
        return switch (matcher.group(1)) {
            case "file" -> new SecretReference(text, folder.resolve(name), null);
            case "env" -> new SecretReference(text, null, name);
            default -> throw new IllegalArgumentException(
                    "unknown kind of secret " + Problems.quote(matcher.group(1)) + "; there are ${file:NAME} and ${env:NAME}");
        };
    }

    /** Null, or why the secret is not there. */
    @Nullable String trouble() {
        if (file != null) {
            String trouble = FileTrouble.of(file);
            if (trouble != null || !Files.isRegularFile(file)) {
                return trouble;
            }
        }
        try {
            return with(secret -> secret.length == 0) ? "the secret is empty" : null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    @Override
    public <T> T with(Function<char[], T> use) throws IOException {
        char[] secret = file != null ? fromFile(file) : fromEnvironment();
        try {
            return use.apply(secret);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private char[] fromEnvironment() throws IOException {
        String value = System.getenv(variable);
        if (value == null) {
            throw new IOException("the environment variable " + variable + " is not set");
        }
        return value.toCharArray();
    }

    private char[] fromFile(Path path) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (IOException e) {
            throw new IOException(text + ": " + FileTrouble.explain(path, e), e);
        }
        if (bytes.length > LARGEST) {
            throw new IOException(text + ": a secret of more than 64 KiB");
        }
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        try {
            if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), chars, true).isError()) {
                throw new IOException(text + ": the secret is not UTF-8");
            }
            return Arrays.copyOf(chars.array(), withoutNewline(chars.flip()));
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(chars.array(), '\0');
        }
    }

    private static int withoutNewline(CharBuffer chars) {
        int length = chars.limit();
        if (length > 0 && chars.get(length - 1) == '\n') {
            length--;
            if (length > 0 && chars.get(length - 1) == '\r') {
                length--;
            }
        }
        return length;
    }

    @Override
    public String toString() {
        return text;
    }
}
