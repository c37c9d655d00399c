package io.relaygate.sdk;

/** What a destination asks its dialer to connect to. */
public sealed interface DialTarget permits HostPort, DialTarget.UnixSocket {

    /**
     * A Unix domain socket where the dialer's last hop is, not here.
     *
     * @param path absolute
     */
    record UnixSocket(String path) implements DialTarget {

        /**
         * Checks the path.
         *
         * @throws IllegalArgumentException if it is not absolute
         */
        public UnixSocket {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("a Unix socket needs an absolute path, found '" + path + "'");
            }
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
