package io.relaygate.dist;

import java.nio.file.Path;
import java.util.Map;

/** A web server of Node's, with downloads, uploads, server-sent events, WebSockets and git. */
final class WebSite implements AutoCloseable {

    private final Path folder;
    private final NodeServer server;

    private WebSite(Path folder, NodeServer server) {
        this.folder = folder;
        this.server = server;
    }

    static void require() {
        Interop.require("node", "npm", "git", "curl");
    }

    /** Starts it, over the repositories in a folder. */
    static WebSite start(Path repositories) {
        Path folder = NodeFolder.install("web-site", "site.js", "messages.js", "echo.js", "echo2.js");
        return new WebSite(folder, NodeServer.start("site", folder, Map.of("REPOSITORIES", repositories.toString()), "site.js"));
    }

    String address() {
        return server.address();
    }

    /** Sends messages of these sizes to {@code /echo} at a port of this machine, as if that were a host. */
    Programs.Ended echo(int through, String host, String... sizes) {
        return Programs.in(folder)
                .with("HOST_NAME", host)
                .bash("node echo.js \"ws://127.0.0.1:$1/echo\" " + String.join(" ", sizes), Integer.toString(through));
    }

    /** The same over HTTP/2 in clear. */
    Programs.Ended echoOverHttp2(int through, String... sizes) {
        return Programs.in(folder).bash("node echo2.js \"http://127.0.0.1:$1\" " + String.join(" ", sizes), Integer.toString(through));
    }

    @Override
    public void close() {
        server.close();
    }
}
