package io.relaygate.bench;

/**
 * A relay was hit. Times are nanoseconds of the monotonic clock.
 *
 * @param kind how
 * @param relay which of the relays, from 0
 * @param began when
 * @param back when its port was open again, or the process went on
 * @param over when it had been back for the gap between blows
 */
record Blow(Kind kind, int relay, long began, long back, long over) {

    /** How a relay is hit. */
    enum Kind {
        /** SIGKILL, and started again at once. */
        KILL("killed and started again"),
        /** SIGSTOP for half of the silence limit. */
        SHORT_FREEZE("frozen for half of the silence limit"),
        /** SIGTERM, and started again when it has ended. */
        STOP("stopped and started again"),
        /** SIGSTOP for the silence limit and 2 s more. */
        LONG_FREEZE("frozen for the silence limit + 2 s");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** For the table. */
        String words() {
            return words;
        }
    }
}
