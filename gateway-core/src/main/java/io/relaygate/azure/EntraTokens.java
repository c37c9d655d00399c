package io.relaygate.azure;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one identity, by what they are for. A token is renewed some minutes before it ends, by one thread at a time; while
 * that fails, the old one is used for as long as it is good. Any thread.
 */
public final class EntraTokens {

    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Source source;
    private final InstantSource clock;
    private final Map<String, Kept> tokens = new ConcurrentHashMap<>();

    /** Where tokens come from. */
    interface Source {
        /**
         * Fetches one.
         *
         * @throws IOException if there is none; the message is for the operator
         */
        Token fetch(String resource, Instant deadline) throws IOException;
    }

    /**
     * A token.
     *
     * @param value goes into a header, which takes a String; it is gone from memory when the collector says so
     * @param expires when it ends
     */
    record Token(String value, Instant expires) {
        @Override
        public String toString() {
            return "token until " + expires;
        }
    }

    private static final class Kept {
        final ReentrantLock fetching = new ReentrantLock();
        volatile @Nullable Token token;
        volatile Instant notBefore = Instant.MIN;
        volatile String trouble = "";
    }

    EntraTokens(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Those of a credential that was checked. */
    static EntraTokens of(EntraSource source) {
        return new EntraTokens(source, InstantSource.system());
    }

    /**
     * A token.
     *
     * @param resource what it is for, {@code https://vault.azure.net}
     * @param deadline when to give up
     * @throws IOException if there is none; the message is for the operator
     */
    public String token(String resource, Instant deadline) throws IOException {
        Kept kept = tokens.computeIfAbsent(resource, _ -> new Kept());
        Token known = kept.token;
        Instant now = clock.instant();
        if (known != null && now.isBefore(known.expires().minus(EARLY))) {
            return known.value();
        }
        if (known == null || !now.isBefore(known.expires())) {
            kept.fetching.lock();
        } else if (!kept.fetching.tryLock()) {
            return known.value();
        }
        try {
            renew(kept, resource, known, deadline);
        } finally {
            kept.fetching.unlock();
        }
        Token latest = kept.token;
        if (latest == null || !clock.instant().isBefore(latest.expires())) {
            throw new IOException(kept.trouble);
        }
        return latest.value();
    }

    /** Fetches, unless another thread has just done so or has just failed. */
    private void renew(Kept kept, String resource, @Nullable Token known, Instant deadline) {
        if (!Objects.equals(kept.token, known) || clock.instant().isBefore(kept.notBefore)) {
            return;
        }
        try {
            kept.token = source.fetch(resource, deadline);
        } catch (IOException e) {
            kept.trouble = String.valueOf(e.getMessage());
            kept.notBefore = clock.instant().plus(PAUSE);
        }
    }
}
