package io.relaygate.dist;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/** Ports for programs that cannot choose one themselves and say which it was. */
final class FreePort {

    /** Below those that systems give to connections (RFC 6335: from 49152 on; Linux: from 32768 on). */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    /** Tests run in two JVMs at a time; one has the even ports and one the odd. */
    private static final int FORK = Integer.getInteger("relaygate.fork", 0);

    /** Who got one may not listen there yet. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePort() {}

    /** A port that nobody listened on a moment ago, that no connection takes in the next, and that is given once only. */
    static int find() {
        for (int i = 0; i < 100; i++) {
            int port = 2 * RandomGenerator.getDefault().nextInt(FIRST / 2, LAST / 2) + FORK % 2;
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new AssertionError("no port is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
