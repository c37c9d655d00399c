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
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A secret in a file, in an environment variable or in a key vault. Equal to another that refers to the same place, whatever the
 * secret is: that it changed does not change the configuration.
 *
 * @param text the reference as it is written, {@code ${file:send.key}}
 * @param file the file, or null
 * @param variable the variable, or null
 * @param vaulted the address of a key vault's secret, or null
 * @param store where that is fetched from; null where a configuration is only looked into
 */
record SecretReference(
        String text, @Nullable Path file, @Nullable String variable, @Nullable String vaulted, @Nullable SecretStore store)
        implements Secret {

    /** The form, as a regular expression that Java and JSON schema both understand. */
    static final String PATTERN = "\\$\\{(file|env|keyvault):[^{}]+\\}";

    private static final Pattern FORM = Pattern.compile("\\$\\{([a-zA-Z]+):([^{}]+)\\}");
    private static final int LARGEST = 64 * 1024;

    private static final Pattern SHORT = Pattern.compile("([A-Za-z0-9-]{3,24})/([A-Za-z0-9-]{1,127})");
    private static final Pattern FULL =
            Pattern.compile("(https?)://([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+])(:[0-9]{1,5})?/secrets/[A-Za-z0-9-]{1,127}(/[A-Za-z0-9]{1,64})?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|\\[::1]");

    /**
     * Reads a reference.
     *
     * @param folder what a relative file is relative to
     * @param store where secrets of key vaults are fetched from; null to fetch none
     * @throws IllegalArgumentException if the text is no reference; the message does not repeat it
     */
    static SecretReference parse(String text, Path folder, @Nullable SecretStore store) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "a secret is not written here; put it into a file and write ${file:NAME}, or ${env:NAME} for a variable");
        }
        String name = matcher.group(2);
        return switch (matcher.group(1)) {
            case "file" -> new SecretReference(text, folder.resolve(name), null, null, null);
            case "env" -> new SecretReference(text, null, name, null, null);
            case "keyvault" -> new SecretReference(text, null, null, address(name), store);
            default -> throw new IllegalArgumentException(
                    "unknown kind of secret " + Problems.quote(matcher.group(1)) + "; there are ${file:NAME}, ${env:NAME} and ${keyvault:VAULT/SECRET}");
        };
    }

    /** The addresses of all secrets of key vaults that stand anywhere in a piece of YAML, rightly written. */
    static Set<String> vaulted(Yaml yaml) {
        return switch (yaml) {
            case Yaml.Scalar scalar -> FORM.matcher(scalar.text()).matches() ? vaulted(scalar.text()) : Set.of();
            case Yaml.Sequence list -> together(list.items().stream());
            case Yaml.Mapping map -> together(map.entries().stream().map(Yaml.Entry::value));
        };
    }

    private static Set<String> together(Stream<Yaml> pieces) {
        return pieces.flatMap(piece -> vaulted(piece).stream()).collect(Collectors.toSet());
    }

    private static Set<String> vaulted(String text) {
        try {
            String address = parse(text, Path.of(""), null).vaulted;
            return address == null ? Set.of() : Set.of(address);
        } catch (IllegalArgumentException e) {
            // Whoever binds it complains.
            return Set.of();
        }
    }

    private static String address(String name) {
        Matcher named = SHORT.matcher(name);
        if (named.matches()) {
            return "https://" + named.group(1) + ".vault.azure.net/secrets/" + named.group(2);
        }
        Matcher full = FULL.matcher(name);
        if (!full.matches()) {
            throw new IllegalArgumentException("a secret of a key vault is ${keyvault:VAULT/SECRET} or"
                    + " ${keyvault:https://VAULT.vault.azure.net/secrets/SECRET}, with /VERSION for one that never changes");
        }
        if (full.group(1).equals("http") && !LOOPBACK.matcher(full.group(2)).matches()) {
            throw new IllegalArgumentException("a key vault is asked over https; http is for this machine alone");
        }
        return name;
    }

    /** Null, or why the secret is not there. */
    @Nullable String trouble() {
        if (vaulted != null && store == null) {
            return null;
        }
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
        char[] secret = file != null ? fromFile(file) : vaulted != null ? fromVault(vaulted) : fromEnvironment();
        try {
            return use.apply(secret);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private char[] fromVault(String address) throws IOException {
        if (store == null) {
            throw new IOException(text + ": what opens the key vault cannot be in a key vault; write ${file:NAME} or ${env:NAME}");
        }
        return store.read(address);
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
