package io.relaygate.observe;

/** One registered series of a gauge; closing it takes the series out. Thread safe. */
public final class Gauge implements AutoCloseable {

    private final Runnable removal;

    Gauge(Runnable removal) {
        this.removal = removal;
    }

    @Override
    public void close() {
        removal.run();
    }
}
