package io.relaygate.plugins.http.h2;

/** Streams that ended a short while ago, whose late frames are not those of streams that never were. Any thread. */
final class RecentIds {

    private final int[] ids = new int[256];
    private int next;

    synchronized void add(int id) {
        ids[next] = id;
        next = (next + 1) % ids.length;
    }

    synchronized boolean has(int id) {
        for (int known : ids) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }
}
