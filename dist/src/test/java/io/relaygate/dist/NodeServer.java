package io.relaygate.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A server that Node runs, and that says {@code listening on PORT}. */
final class NodeServer implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("listening on (\\d+)");

    private final Child process;
    private final int port;

    private NodeServer(Child process, int port) {
        this.process = process;
        this.port = port;
    }

    static NodeServer start(String name, Path folder, Map<String, String> environment, String script) {
        Child process = Child.start(name, folder, environment, List.of(Interop.path("node").toString(), script));
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .failFast("the server ended", () -> !process.alive())
                    .until(() -> PORT.matcher(process.out()).find());
        } catch (RuntimeException e) {
            String told = process.told();
            process.close();
            throw new AssertionError(told, e);
        }
        Matcher port = PORT.matcher(process.out());
        if (!port.find()) {
            throw new AssertionError(process.told());
        }
        return new NodeServer(process, Integer.parseInt(port.group(1)));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** What it has said. */
    String out() {
        return process.out();
    }

    @Override
    public void close() {
        process.stop("TERM");
        process.close();
    }
}
