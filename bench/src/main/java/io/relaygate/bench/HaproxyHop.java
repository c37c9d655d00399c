package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Two HAProxy processes: TCP in, TLS between them, TCP out. Everything that is not written here is HAProxy's default.
 *
 * @param program the program
 */
record HaproxyHop(Path program) implements Setup {

    @Override
    public String name() {
        return "haproxy";
    }

    @Override
    public String title() {
        return "HAProxy TLS hop";
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        // The ports are free when they are chosen; somebody may be quicker.
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce(surroundings);
            } catch (IOException e) {
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    private ProcessSet startOnce(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        int between = freePort();
        int entry = freePort();
        Child back = startProcess(folder, "haproxy-back",
                "bind 127.0.0.1:%d ssl crt %s".formatted(between, surroundings.certificate().both()),
                "server out 127.0.0.1:%d".formatted(surroundings.sink().getPort()));
        Child front = startProcess(folder, "haproxy-front",
                "bind 127.0.0.1:%d".formatted(entry),
                "server out 127.0.0.1:%d ssl verify required ca-file %s sni str(localhost) verifyhost localhost"
                        .formatted(between, surroundings.certificate().certificate()));
        ProcessSet set = ProcessSet.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), entry), List.of(back, front));
        try {
            front.await("a path to the sink", Duration.ofSeconds(10), () -> FirstEcho.through(set.entry()));
            return set;
        } catch (IOException e) {
            set.close();
            throw e;
        }
    }

    private Child startProcess(Path folder, String name, String bind, String server) throws IOException {
        Path configuration = folder.resolve(name + ".cfg");
        Files.writeString(configuration, """
                global
                    maxconn 4000
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 5m
                    timeout server 5m
                listen bench
                    %s
                    %s
                """.formatted(bind, server));
        return Child.start(name, folder, List.of(program.toString(), "-db", "-f", configuration.toString()), Map.of());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
