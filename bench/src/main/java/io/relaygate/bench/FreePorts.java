package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for programs that cannot choose one and say which. */
final class FreePorts {

    private static final int ATTEMPTS = 3;

    private FreePorts() {}

    /** Starts something on ports that it finds free. */
    interface Start<T> {
        T start() throws IOException, InterruptedException;
    }

    /** A port that nobody listens on at this moment; somebody may be quicker. */
    static int next() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Tries again, with other ports, should somebody have been quicker. */
    static <T> T start(Start<T> start) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return start.start();
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
