package io.relaygate.sdk.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A clock that stands still until a test moves it on; it begins at the real time. Any thread. */
public final class TestClock implements InstantSource {

    private final Map<Object, Timer> timers = new LinkedHashMap<>();
    private Instant now = Instant.now();
    private Runnable moved = () -> {};

    private record Timer(Instant when, Runnable action) {}

    TestClock() {}

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Moves it on. Connections that end by then have ended when this returns; tasks of the route that are due run on threads of their own. */
    public void advance(Duration time) {
        List<Timer> due = new ArrayList<>();
        synchronized (this) {
            now = now.plus(time);
            timers.values().removeIf(timer -> isDue(timer) && due.add(timer));
        }
        due.forEach(timer -> timer.action().run());
        moved.run();
    }

    /** Is told when it has moved; set before anybody moves it. */
    void whenMoved(Runnable told) {
        moved = told;
    }

    private boolean isDue(Timer timer) {
        return !timer.when().isAfter(now);
    }

    /** Runs an action at an instant, at once if it has come; in place of what this owner wanted before. */
    void at(Object owner, @Nullable Instant when, Runnable action) {
        synchronized (this) {
            timers.remove(owner);
            if (when == null) {
                return;
            }
            Timer timer = new Timer(when, action);
            if (!isDue(timer)) {
                timers.put(owner, timer);
                return;
            }
        }
        action.run();
    }
}
