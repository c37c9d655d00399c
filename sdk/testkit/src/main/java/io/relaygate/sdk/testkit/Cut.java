package io.relaygate.sdk.testkit;

/** Where a stream of bytes comes in two pieces: no read sees both sides of a cut. */
sealed interface Cut {

    /** How many bytes a read may take that begins after so many. */
    int left(long read);

    /** As they come. */
    record Nowhere() implements Cut {
        @Override
        public int left(long read) {
            return Integer.MAX_VALUE;
        }
    }

    /** After each byte. */
    record Everywhere() implements Cut {
        @Override
        public int left(long read) {
            return 1;
        }
    }

    /** After so many bytes. */
    record After(int bytes) implements Cut {
        @Override
        public int left(long read) {
            return read < bytes ? (int) (bytes - read) : Integer.MAX_VALUE;
        }
    }
}
