package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An edge with its relay, a site behind a tunnel, and an engine there. What the site's end costs counts: the site, and the engine if
 * that is a program of its own.
 *
 * @param home the folder of the unpacked distribution
 * @param program nginx or HAProxy; of no account for the others
 */
record WebSet(WebEngine engine, Path home, Path program) implements Setup {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Override
    public String name() {
        return engine.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String title() {
        return engine.title();
    }

    @Override
    public ProcessSet start(Surroundings surroundings) throws IOException, InterruptedException {
        return FreePorts.start(() -> startOnce(surroundings));
    }

    private ProcessSet startOnce(Surroundings surroundings) throws IOException, InterruptedException {
        Path folder = surroundings.newFolder(name());
        List<Child> owned = new ArrayList<>();
        List<Child> measured = new ArrayList<>();
        try {
            int port = FreePorts.next();
            Child own = engine.start(program, folder, port, surroundings.sink().getPort());
            if (own != null) {
                owned.add(own);
                measured.add(own);
            }
            InetSocketAddress behind =
                    own == null ? surroundings.sink() : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            Configurations configurations = new Configurations(folder, surroundings.at(behind), "tunnel", null);
            Child edge = gateway("edge", configurations.edgeWithRelay(), folder, owned);
            int relay = RelaygateSet.address(edge, folder.resolve("edge-state"), "relay").getPort();
            Child site = gateway("site", configurations.site(relay, engine.ofTheSite()), folder, owned);
            measured.add(site);
            InetSocketAddress entry = RelaygateSet.address(edge, folder.resolve("edge-state"), "in");
            site.await("an answer", LIMIT, () -> answers(entry));
            return new ProcessSet(entry, List.copyOf(owned), List.copyOf(measured));
        } catch (IOException | InterruptedException e) {
            owned.reversed().forEach(Child::close);
            throw e;
        }
    }

    private Child gateway(String role, Path configuration, Path folder, List<Child> owned) throws IOException {
        Child child = Child.start(role, folder,
                List.of(home.resolve("bin/relaygate").toString(), "run", "-c", configuration.toString()), Map.of());
        owned.add(child);
        return child;
    }

    /** Asks once; null if there is no answer, as it is until all processes are ready. */
    private static @Nullable Boolean answers(InetSocketAddress entry) {
        try (Socket socket = new Socket(entry.getAddress(), entry.getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes("HTTP/1.1 200 ".length()), StandardCharsets.US_ASCII);
            return answer.equals("HTTP/1.1 200 ") ? true : null;
        } catch (IOException notYet) {
            return null;
        }
    }
}
