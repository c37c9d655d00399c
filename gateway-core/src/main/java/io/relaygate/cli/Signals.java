package io.relaygate.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a serving command waits for: signals, and the end of its own draining. */
final class Signals {

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

    /** Something to act on. */
    enum Event {
        /** Read the configuration again. */
        HUP(1),
        /** Stop, from a keyboard. */
        INT(2),
        /** Stop. */
        TERM(15),
        /** Draining is over; sent by the command to itself. */
        DRAINED(0);

        private final int number;

        Event(int number) {
            this.number = number;
        }

        /** The signal's number. */
        int number() {
            return number;
        }
    }

    private final boolean claims;
    private final BlockingDeque<Event> events = new LinkedBlockingDeque<>();

    private Signals(boolean claims) {
        this.claims = claims;
    }

    /** The signals that the operating system sends to this process, from {@link #claim} on. */
    static Signals ofProcess() {
        return new Signals(true);
    }

    /** What {@link #send} sends and nothing else. */
    static Signals scripted() {
        return new Signals(false);
    }

    /** Takes the signals over from the JVM, which would end the process on each of them. */
    void claim() {
        if (claims) {
            List.of(Event.HUP, Event.INT, Event.TERM).forEach(this::claim);
        }
    }

    void send(Event event) {
        events.add(event);
    }

    /** Waits for the next event. */
    Event await() {
        try {
            return events.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing in the gateway interrupts a thread", e);
        }
    }

    /** Waits for an event, which stays to be {@linkplain #await awaited}; false if none came in time. */
    boolean within(Duration limit) {
        try {
            Event event = events.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (event != null) {
                events.addFirst(event);
            }
            return event != null;
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing in the gateway interrupts a thread", e);
        }
    }

    /** By reflection, because the compiler refuses {@code sun.misc} under -Werror and offers no way to allow it. */
    private void claim(Event event) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object receiver = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        send(event);
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(event.name()), receiver);
        } catch (InvocationTargetException e) {
            // Windows has no HUP; `reload` works everywhere.
            LOG.atDebug().addKeyValue("signal", event).log("this platform does not have the signal");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the runtime lacks the module jdk.unsupported", e);
        }
    }
}
