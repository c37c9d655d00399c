package io.relaygate.access.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A name with its password in a password file: {@code alice:pbkdf2-sha256:600000:SALT:HASH:ops,dba}; salt and hash (RFC 8018
 * section 5.2) in base64.
 *
 * @param iterations how often the hash is repeated
 * @param groups the caller's groups
 */
public record PasswordLine(String name, int iterations, Bytes salt, Bytes hash, Set<String> groups) {

    /** What the OWASP Password Storage Cheat Sheet asks for with PBKDF2-HMAC-SHA256. */
    public static final int ITERATIONS = 600_000;

    /** The longest password, in characters. */
    public static final int LONGEST = 1024;

    /** What a line has at least to be read. */
    public static final int LEAST_ITERATIONS = 100_000;

    static final int MOST_ITERATIONS = 10_000_000;

    private static final String KIND = "pbkdf2-sha256";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /** Bytes that are compared by their content. */
    public static final class Bytes {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] get() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes same && MessageDigest.isEqual(bytes, same.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /** Keeps its own copy. */
    public PasswordLine {
        groups = Set.copyOf(groups);
    }

    /**
     * A new line, with a salt of its own.
     *
     * @throws IllegalArgumentException if the name or a group cannot stand in a file, or the password is empty or too long
     */
    public static PasswordLine of(String name, char[] password, Set<String> groups) {
        return of(name, password, groups, ITERATIONS);
    }

    /**
     * A new line, with a salt of its own and as many iterations.
     *
     * @throws IllegalArgumentException if the name or a group cannot stand in a file, or the password is empty or too long
     */
    public static PasswordLine of(String name, char[] password, Set<String> groups, int iterations) {
        checkName(name);
        groups.forEach(PasswordLine::checkGroup);
        if (password.length == 0 || password.length > LONGEST) {
            throw new IllegalArgumentException("a password has 1 to " + LONGEST + " characters");
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordLine(name, iterations, new Bytes(salt), new Bytes(hash(password, salt, iterations)), groups);
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none; the message says what is wrong, and nothing of the hash
     */
    public static PasswordLine parse(String line) {
        List<String> parts = List.of(line.split(":", -1));
        if (parts.size() != 6 || !parts.get(1).equals(KIND)) {
            throw new IllegalArgumentException("expected NAME:" + KIND + ":ITERATIONS:SALT:HASH:GROUPS, as relaygate passwd writes it");
        }
        checkName(parts.getFirst());
        String number = parts.get(2);
        int iterations = number.matches("[0-9]{1,8}") ? Integer.parseInt(number) : 0;
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("expected " + LEAST_ITERATIONS + " to " + MOST_ITERATIONS + " iterations");
        }
        Bytes salt = bytes(parts.get(3));
        Bytes hash = bytes(parts.get(4));
        if (salt.get().length < SALT_BYTES || hash.get().length != HASH_BYTES) {
            throw new IllegalArgumentException("expected a salt of " + SALT_BYTES + " bytes at least and a hash of " + HASH_BYTES);
        }
        return new PasswordLine(parts.getFirst(), iterations, salt, hash, groups(parts.get(5)));
    }

    private static Bytes bytes(String base64) {
        try {
            return new Bytes(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("salt and hash must be base64", e);
        }
    }

    /**
     * Reads a list of groups, {@code ops,dba}.
     *
     * @throws IllegalArgumentException if one of them can be none
     */
    public static Set<String> groups(String list) {
        Set<String> groups = new TreeSet<>();
        for (String group : list.split(",", -1)) {
            if (!group.isBlank()) {
                checkGroup(group.strip());
                groups.add(group.strip());
            }
        }
        return groups;
    }

    private static void checkName(String name) {
        CallerName.check(name);
        if (name.indexOf(':') >= 0 || name.startsWith("#")) {
            throw new IllegalArgumentException("a name in this file has no ':' and does not begin with '#'");
        }
    }

    private static void checkGroup(String group) {
        CallerName.check(group);
        if (group.indexOf(':') >= 0 || group.indexOf(',') >= 0) {
            throw new IllegalArgumentException("a group has no ':' and no ','");
        }
    }

    /** Whether it is the password; always takes the same time. */
    boolean isRight(char[] password) {
        return MessageDigest.isEqual(hash.bytes, hash(password, salt.bytes, iterations));
    }

    private static byte[] hash(char[] password, byte[] salt, int iterations) {
        PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, HASH_BYTES * 8);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2", e);
        } finally {
            spec.clearPassword();
        }
    }

    /** The line in the file. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return String.join(":", name, KIND, Integer.toString(iterations), base64.encodeToString(salt.bytes),
                base64.encodeToString(hash.bytes), String.join(",", new TreeSet<>(groups)));
    }
}
