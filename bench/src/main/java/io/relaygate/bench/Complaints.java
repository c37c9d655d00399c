package io.relaygate.bench;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What went wrong with sessions: each complaint is a session that noticed more than a pause. Any thread. */
final class Complaints {

    private final List<String> all = new CopyOnWriteArrayList<>();

    void add(String who, String what) {
        all.add(who + ": " + what);
    }

    boolean none() {
        return all.isEmpty();
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
