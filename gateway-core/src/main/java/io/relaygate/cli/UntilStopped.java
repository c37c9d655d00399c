package io.relaygate.cli;

import java.time.Duration;
import java.util.function.Consumer;

/** Serves until a signal; there is nothing to read again on a hang-up. */
record UntilStopped(Terminal terminal) {

    private static final Duration DRAIN = Duration.ofSeconds(30);

    /**
     * Waits for a signal, lets what is there finish, and waits for that or for a second signal.
     *
     * @param drain is given how long that may take
     * @return the exit code
     */
    int drained(Consumer<Duration> drain) {
        await();
        Thread.ofVirtual().name("drain").start(() -> {
            drain.accept(DRAIN);
            terminal.signals().send(Signals.Event.DRAINED);
        });
        Signals.Event event = await();
        return event == Signals.Event.DRAINED ? Exit.OK : Exit.SIGNAL + event.number();
    }

    private Signals.Event await() {
        Signals.Event event = terminal.signals().await();
        while (event == Signals.Event.HUP) {
            event = terminal.signals().await();
        }
        return event;
    }
}
