package io.relaygate.azure;

import io.relaygate.net.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A secret that was fetched, or was tried to be. Any thread. */
final class HeldSecret {

    private static final Logger LOG = LoggerFactory.getLogger(KeyVault.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    /** Fetches it. */
    interface Source {
        char[] fetch() throws IOException;
    }

    private final String address;
    private final Source source;
    private final ReentrantLock fetching = new ReentrantLock();
    /** Never signalled: time alone helps. */
    private final Condition vaultBusy = fetching.newCondition();
    private final AtomicBoolean refreshing = new AtomicBoolean();
    private char @Nullable [] value;
    private long fetched;
    private long notBefore = System.nanoTime();
    private boolean busy;
    /** For how long the vault has asked to be left alone; 0 if it has not. */
    private long seconds;
    private String trouble = "";

    HeldSecret(String address, Source source) {
        this.address = address;
        this.source = source;
    }

    /** Lets a secret that could not be had be tried again at once, unless the vault asked to be left alone. */
    synchronized void forgive() {
        if (seconds == 0) {
            notBefore = System.nanoTime();
        }
    }

    /**
     * Fetches it if it is not there; afterwards it is, or is in trouble.
     *
     * @param patience until when a vault that is busy is asked again
     */
    void fetchFirst(Instant patience) {
        fetching.lock();
        try {
            if (copy() == null && mayTry()) {
                fetch();
            }
            for (int times = 0; copy() == null && waitForVault(times, patience); times++) {
                fetch();
            }
        } finally {
            fetching.unlock();
        }
    }

    /** Leaves a vault that is busy alone for as long as it says, or longer and longer; false if that would be too long. */
    private boolean waitForVault(int times, Instant patience) {
        Duration pause = pause(times);
        if (pause == null || Instant.now().plus(pause).isAfter(patience)) {
            return false;
        }
        try {
            long left = pause.toNanos();
            while (left > 0) {
                left = vaultBusy.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized @Nullable Duration pause(int times) {
        return !busy ? null : seconds > 0 ? Duration.ofSeconds(seconds) : FIRST_PAUSE.multipliedBy(1L << Math.min(times, 4));
    }

    /**
     * A copy of the value. Waits only if there is none.
     *
     * @throws IOException if it cannot be had
     */
    char[] value(Duration age, Threads threads) throws IOException {
        char[] known = copy();
        if (known == null) {
            fetchFirst(Instant.MIN);
            known = copy();
        } else if (isOlderThan(age) && mayTry() && refreshing.compareAndSet(false, true)) {
            threads.start("keyvault", () -> {
                try {
                    fetch();
                } finally {
                    refreshing.set(false);
                }
            });
        }
        if (known == null) {
            String why = trouble();
            throw new IOException(why.contains(address) ? why : address + ": " + why);
        }
        return known;
    }

    /** Whether it is in use although it could not be fetched again. */
    synchronized boolean isStale() {
        return value != null && !trouble.isEmpty();
    }

    /** Fetches it, whatever there is. One thread at a time. */
    void fetch() {
        try {
            put(source.fetch());
        } catch (BusyException e) {
            failed(String.valueOf(e.getMessage()), true, e.seconds());
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()), false, 0);
        }
    }

    private synchronized void put(char[] latest) {
        if (value != null) {
            Arrays.fill(value, '\0');
        }
        if (isStale()) {
            LOG.atInfo().addKeyValue("secret", address).log("the key vault is back");
        }
        value = latest;
        fetched = System.nanoTime();
        trouble = "";
        busy = false;
        seconds = 0;
    }

    private synchronized void failed(String why, boolean vaultIsBusy, long pause) {
        if (value != null && trouble.isEmpty()) {
            LOG.atWarn().addKeyValue("secret", address).addKeyValue("reason", why)
                    .log("a secret cannot be fetched again; its last value is used");
        }
        trouble = why;
        busy = vaultIsBusy;
        seconds = pause;
        notBefore = System.nanoTime() + Math.max(PAUSE, Duration.ofSeconds(seconds).toNanos());
    }

    private synchronized char @Nullable [] copy() {
        return value == null ? null : value.clone();
    }

    private synchronized boolean mayTry() {
        return System.nanoTime() - notBefore >= 0;
    }

    private synchronized boolean isOlderThan(Duration age) {
        return System.nanoTime() - fetched > age.toNanos();
    }

    private synchronized String trouble() {
        return trouble;
    }
}
