package io.relaygate.azure;

import io.relaygate.azure.TokenAnswer.Issued;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of one identity, by what they are for. A token is renewed well before it ends, by one thread at a time; while that fails, the
 * old one is used for as long as it is good, and who issues them is asked more and more seldom. Any thread.
 */
public final class EntraTokens {

    private static final Logger LOG = LoggerFactory.getLogger(EntraTokens.class);

    private static final Duration EARLY = Duration.ofMinutes(5);
    /** A token that lives longer is renewed at half of its life, as the Azure SDKs do. */
    private static final Duration LONG = Duration.ofHours(2);
    private static final Duration BUSY_PAUSE = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** No caller waits longer for another one's request. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Source source;
    private final InstantSource clock;
    private final Map<String, Kept> tokens = new ConcurrentHashMap<>();
    private final LongAdder obtained = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Where tokens come from. */
    interface Source {
        /**
         * Fetches one.
         *
         * @throws BusyException if there may be one later
         * @throws IOException if there is none; the message is for the operator
         */
        Issued fetch(String resource, Instant deadline) throws IOException;
    }

    /**
     * A token.
     *
     * @param value goes into a header, which takes a String; it is gone from memory when the collector says so
     * @param fresh after how long another one is to be asked for; zero or less if that is so now and there was none
     */
    public record Token(String value, Duration fresh) {
        @Override
        public String toString() {
            return "token, fresh for " + fresh;
        }
    }

    /**
     * How it has gone so far.
     *
     * @param obtained how many tokens were given
     * @param failed how often one was asked for in vain
     * @param left how long the present token still counts, of several the one that ends first; null if there was none yet
     */
    public record Count(long obtained, long failed, @Nullable Duration left) {}

    /** A token with its times by our clock. */
    private record Held(String value, Instant renew, Instant end) {

        static Held of(Issued issued, Instant asked) {
            Duration life = issued.life();
            Duration said = issued.refresh();
            Duration fresh = said != null && said.isPositive() && said.compareTo(life) < 0
                    ? said
                    : life.compareTo(LONG) >= 0 || life.compareTo(EARLY.multipliedBy(2)) <= 0 ? life.dividedBy(2) : life.minus(EARLY);
            return new Held(issued.value(), asked.plus(fresh), asked.plus(life));
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "token until " + end;
        }

        Token at(Instant now) {
            return new Token(value, Duration.between(now, renew));
        }

        boolean isGood(Instant now) {
            return now.isBefore(end);
        }
    }

    /** What is known of one resource's tokens; written while the lock is held. */
    private static final class Kept {
        final ReentrantLock fetching = new ReentrantLock();
        /** Never signalled: time alone helps. */
        final Condition pause = fetching.newCondition();
        volatile @Nullable Held token;
        Instant notBefore = Instant.MIN;
        int failures;
        boolean busy;
        String trouble = "";
    }

    EntraTokens(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    static EntraTokens of(Source source) {
        return new EntraTokens(source, new ElapsedTime());
    }

    /**
     * A token. Waits for the issuer only if there is none that is good; then also while the issuer is busy, as far as the deadline allows.
     *
     * @param resource what it is for, {@code https://vault.azure.net}
     * @param deadline when to give up
     * @throws IOException if there is none; the message is for the operator
     */
    public Token token(String resource, Instant deadline) throws IOException {
        Kept kept = tokens.computeIfAbsent(resource, _ -> new Kept());
        Held known = kept.token;
        Instant now = clock.instant();
        if (known != null && now.isBefore(known.renew())) {
            return known.at(now);
        }
        boolean good = known != null && known.isGood(now);
        if (!locked(kept, good ? Duration.ZERO : left(deadline))) {
            if (known != null && good) {
                return known.at(now);
            }
            throw new IOException("no token in time: another request for one takes too long");
        }
        try {
            renew(kept, resource, known, deadline);
            Held latest = kept.token;
            Instant then = clock.instant();
            if (latest == null || !latest.isGood(then)) {
                throw new IOException(kept.trouble);
            }
            return latest.at(then);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a token", e);
        } finally {
            kept.fetching.unlock();
        }
    }

    /** How it has gone so far; never waits. */
    public Count count() {
        Duration left = tokens.values().stream()
                .map(each -> each.token)
                .filter(Objects::nonNull)
                .map(each -> Duration.between(clock.instant(), each.end()))
                .min(Comparator.naturalOrder())
                .orElse(null);
        return new Count(obtained.sum(), failed.sum(), left);
    }

    private static Duration left(Instant deadline) {
        Instant now = Instant.now();
        return deadline.isAfter(now.plus(PATIENCE)) ? PATIENCE : Duration.between(now, deadline);
    }

    private static boolean locked(Kept kept, Duration limit) throws IOException {
        try {
            return kept.fetching.tryLock() || (limit.isPositive() && kept.fetching.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a token", e);
        }
    }

    /** Fetches, unless another thread has just done so or has just failed. */
    private void renew(Kept kept, String resource, @Nullable Held known, Instant deadline) throws InterruptedException {
        // While we wait for a busy issuer another thread may come and succeed.
        while (Objects.equals(kept.token, known)) {
            Instant now = clock.instant();
            boolean good = known != null && known.isGood(now);
            Duration pause = now.isBefore(kept.notBefore) ? Duration.between(now, kept.notBefore) : Duration.ZERO;
            if (pause.isPositive()) {
                if (good || !kept.busy || pause.compareTo(left(deadline)) >= 0) {
                    return;
                }
                long nanos = pause.toNanos();
                while (nanos > 0) {
                    nanos = kept.pause.awaitNanos(nanos);
                }
            } else if (!fetch(kept, resource, now, deadline) && (good || !kept.busy)) {
                return;
            }
        }
    }

    private boolean fetch(Kept kept, String resource, Instant now, Instant deadline) {
        try {
            Issued issued = source.fetch(resource, deadline);
            if (kept.failures > 0 && kept.token != null) {
                LOG.atInfo().addKeyValue("resource", resource).log("there are new tokens again");
            }
            kept.failures = 0;
            kept.busy = false;
            kept.token = Held.of(issued, now);
            obtained.increment();
            return true;
        } catch (BusyException e) {
            failed(kept, resource, e, BUSY_PAUSE, Duration.ofSeconds(e.seconds()));
            kept.busy = true;
        } catch (IOException e) {
            failed(kept, resource, e, PAUSE, Duration.ZERO);
            kept.busy = false;
        }
        return false;
    }

    private void failed(Kept kept, String resource, IOException e, Duration first, Duration asked) {
        failed.increment();
        kept.trouble = String.valueOf(e.getMessage());
        if (kept.failures == 0 && kept.token != null) {
            LOG.atWarn().addKeyValue("resource", resource).addKeyValue("reason", kept.trouble).log("no new token; the last one is used until it ends");
        }
        Duration growing = first.multipliedBy(1L << Math.min(kept.failures++, 8));
        Duration pause = asked.isPositive() ? asked : growing.compareTo(LONGEST_PAUSE) < 0 ? growing : LONGEST_PAUSE;
        kept.notBefore = clock.instant().plus(pause);
    }
}
