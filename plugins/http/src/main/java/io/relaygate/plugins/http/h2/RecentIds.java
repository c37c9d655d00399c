package io.relaygate.plugins.http.h2;

/** Streams that ended a short while ago, whose late frames are another error than those of streams that never were. */
final class RecentIds {

    private final int[] ids = new int[256];
    private int next;

    void add(int id) {
        ids[next] = id;
        next = (next + 1) % ids.length;
    }

    boolean has(int id) {
        for (int known : ids) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }
}
