package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
        return FreePorts.start(() -> startOnce(surroundings));
    }

    private ProcessSet startOnce(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        int between = FreePorts.next();
        InetSocketAddress entry = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());
        List<Child> owned = new ArrayList<>();
        try {
            Child back = startProcess(folder, "haproxy-back",
                    "bind 127.0.0.1:%d ssl crt %s".formatted(between, surroundings.certificate().both()),
                    "server out 127.0.0.1:%d".formatted(surroundings.sink().getPort()));
            owned.add(back);
            int link = surroundings.link().to(between, folder, owned);
            Child front = startProcess(folder, "haproxy-front",
                    "bind 127.0.0.1:%d".formatted(entry.getPort()),
                    "server out 127.0.0.1:%d ssl verify required ca-file %s sni str(localhost) verifyhost localhost"
                            .formatted(link, surroundings.certificate().certificate()));
            owned.add(front);
            front.await("a path to the sink", Duration.ofSeconds(10), () -> FirstEcho.through(entry));
            return new ProcessSet(entry, List.copyOf(owned), List.of(back, front));
        } catch (IOException | InterruptedException e) {
            owned.reversed().forEach(Child::close);
            throw e;
        }
    }

    private Child startProcess(Path folder, String name, String bind, String server) throws IOException {
        Path configuration = folder.resolve(name + ".cfg");
        Files.writeString(configuration, """
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
}
