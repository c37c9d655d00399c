package io.relaygate.dist;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A web server of Node's, with downloads, uploads, server-sent events, WebSockets and git. */
final class WebSite implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("listening on (\\d+)");

    private final Path folder;
    private final Child server;
    private final int port;

    private WebSite(Path folder, Child server, int port) {
        this.folder = folder;
        this.server = server;
        this.port = port;
    }

    static void require() {
        Interop.require("node", "npm", "git", "curl");
    }

    /** Starts it, over the repositories in a folder. */
    static WebSite start(Path repositories) {
        Path folder = NodeFolder.install("web-site", "site.js", "echo.js");
        Child server = Child.start(
                "site", folder, Map.of("REPOSITORIES", repositories.toString()), List.of(Interop.path("node").toString(), "site.js"));
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .failFast("the server ended", () -> !server.alive())
                    .until(() -> PORT.matcher(server.out()).find());
        } catch (RuntimeException e) {
            String told = server.told();
            server.close();
            throw new AssertionError(told, e);
        }
        Matcher port = PORT.matcher(server.out());
        if (!port.find()) {
            throw new AssertionError(server.told());
        }
        return new WebSite(folder, server, Integer.parseInt(port.group(1)));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Sends messages of these sizes to {@code /echo} at a port of this machine, as if that were a host. */
    Programs.Ended echo(int through, String host, String... sizes) {
        return Programs.in(folder)
                .with("HOST_NAME", host)
                .bash("node echo.js \"ws://127.0.0.1:$1/echo\" " + String.join(" ", sizes), Integer.toString(through));
    }

    @Override
    public void close() {
        server.stop("TERM");
        server.close();
    }
}
