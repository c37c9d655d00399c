package io.relaygate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * An edge with its relay, a site behind a tunnel, and an engine there. What the site's end costs counts: the site, and the engine if
 * that is a program of its own.
 *
 * @param home the folder of the unpacked distribution
 * @param program nginx or HAProxy; of no account for the others
 */
record WebSet(WebEngine engine, Path home, Path program) implements Setup {

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
        int port = FreePorts.next();
        Child own = engine.start(program, folder, port, surroundings.sink().getPort());
        InetSocketAddress behind =
                own == null ? surroundings.sink() : new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return TwoGateways.start(home, folder, new Configurations(folder, surroundings.at(behind), "tunnel", null),
                Configurations.TO_SINK + engine.ofTheSite(), own == null ? List.of() : List.of(own), WebSet::answers);
    }

    /** Asks once; there is no answer until all processes are ready. */
    private static boolean answers(InetSocketAddress entry) {
        try (Socket socket = new Socket(entry.getAddress(), entry.getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes("HTTP/1.1 200 ".length()), StandardCharsets.US_ASCII);
            return answer.equals("HTTP/1.1 200 ");
        } catch (IOException notYet) {
            return false;
        }
    }
}
