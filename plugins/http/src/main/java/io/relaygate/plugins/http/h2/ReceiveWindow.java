package io.relaygate.plugins.http.h2;

/** How much the peer may send of all streams together (RFC 9113 section 5.2). Any thread. */
final class ReceiveWindow {

    /** Bytes that the peer may send of one stream before anything of them is passed on. */
    static final int OF_ONE = 256 * 1024;

    /** Bytes that it may send of all together. */
    static final int OF_ALL = 1024 * 1024;

    private int left = OF_ALL;
    private int passed;

    /** Something comes; false if there is no room for it. */
    synchronized boolean comes(int bytes) {
        left -= bytes;
        return left >= 0;
    }

    /** So many bytes have been passed on, or dropped. Says how many more the peer may send; 0 as long as that is not worth saying. */
    synchronized int passed(int bytes) {
        passed += bytes;
        if (passed < OF_ALL / 2) {
            return 0;
        }
        int more = passed;
        passed = 0;
        left += more;
        return more;
    }
}
