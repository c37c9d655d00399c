package io.relaygate.access;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of many, of whom there may be more than can be: the one that was not heard of for longest is forgotten
 * first, unless it is in use. Guarded by whoever keeps it.
 *
 * @param <K> who
 * @param <V> what
 */
final class Remembered<K, V> {

    /** So many are remembered. */
    static final int MOST = 65_536;

    /** How many of them are looked at to find one that is not in use. */
    private static final int TRIES = 64;

    private final Map<K, V> all = new LinkedHashMap<>(16, 0.75f, true);
    private final Predicate<V> inUse;

    Remembered(Predicate<V> inUse) {
        this.inUse = inUse;
    }

    /** What is remembered of somebody; made if nothing is. */
    V of(K who, Function<K, V> made) {
        V what = all.computeIfAbsent(who, made);
        if (all.size() > MOST) {
            forgetOne();
        }
        return what;
    }

    @Nullable V known(K who) {
        return all.get(who);
    }

    int size() {
        return all.size();
    }

    private void forgetOne() {
        Iterator<V> eldest = all.values().iterator();
        for (int i = 0; i < TRIES && eldest.hasNext(); i++) {
            if (!inUse.test(eldest.next())) {
                eldest.remove();
                return;
            }
        }
    }
}
