package io.relaygate.access.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Passwords that were right a short while ago, so that a client that sends one with every request is not hashed with each:
 * as their HMAC under a key that this process alone has, together with the line of the file. Any thread.
 */
final class VerifiedPasswords {

    static final Duration WHILE = Duration.ofMinutes(5);

    private static final int MOST = 1024;

    private final LongSupplier clock;
    private final SecretKeySpec key;
    private final Map<ByteBuffer, Long> verified = new LinkedHashMap<>(16, 0.75f, true);

    VerifiedPasswords(LongSupplier clock) {
        this.clock = clock;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    /** Whether it was right for this line a short while ago. */
    boolean has(PasswordLine line, char[] password) {
        ByteBuffer mark = mark(line, password);
        synchronized (verified) {
            Long since = verified.get(mark);
            return since != null && clock.getAsLong() - since < WHILE.toNanos();
        }
    }

    /** It was right. */
    void add(PasswordLine line, char[] password) {
        ByteBuffer mark = mark(line, password);
        synchronized (verified) {
            verified.put(mark, clock.getAsLong());
            if (verified.size() > MOST) {
                verified.remove(verified.keySet().iterator().next());
            }
        }
    }

    private ByteBuffer mark(PasswordLine line, char[] password) {
        byte[] bytes = new byte[2 * password.length];
        ByteBuffer.wrap(bytes).asCharBuffer().put(password);
        try {
            Mac mac = mac();
            mac.update(line.salt().get());
            mac.update(line.hash().get());
            mac.update(bytes);
            return ByteBuffer.wrap(mac.doFinal());
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** A number for a name that nobody outside can foresee. */
    int numberOf(String name) {
        return ByteBuffer.wrap(mac().doFinal(name.getBytes(StandardCharsets.UTF_8))).getInt();
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
