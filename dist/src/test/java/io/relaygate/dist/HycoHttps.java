package io.relaygate.dist;

import io.relaygate.dist.HycoWs.Target;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;

/** Microsoft's client for Node that carries HTTP, {@code hyco-https}, as it is on npm; installed like {@link HycoWs}. */
final class HycoHttps {

    private static final String VERSION = "1.4.5";
    private static final String SHA_512 =
            "V9StoZf+GikbtiOBmUE1V8tzuiinox0XDU2YoCvD2vd09CYvyv2XU6gT4jP76WOVTcHSbCnci9l6EirESc9dzA==";

    private final Path folder;

    private HycoHttps(Path folder) {
        this.folder = folder;
    }

    /** Installs it into the build's folder; a second time does not ask the registry again. */
    static HycoHttps install() {
        Path folder = NodeFolder.install("hyco-https", "listener.js", "sender.js");
        NodeFolder.unpack("hyco-https", VERSION, SHA_512);
        return new HycoHttps(folder);
    }

    /** Starts a web server; waits until it listens, or until it has ended because it was refused. */
    Child listener(String name, Target target) {
        Child child = Child.start(name, folder, target.environment(), List.of(Interop.path("node").toString(), "listener.js"));
        Awaitility.await().until(() -> !child.alive() || child.out().contains("listening"));
        return child;
    }

    /**
     * A request.
     *
     * @param path after the hybrid connection
     * @param size of its random body, or empty for none
     * @param pause milliseconds after each third of it, or empty for none
     * @param count how many of them to send at once
     */
    record Call(String method, String path, String size, boolean chunked, String pause, int count) {

        static Call get(String path) {
            return of("GET", path);
        }

        static Call of(String method, String path) {
            return new Call(method, path, "", false, "", 1);
        }

        static Call post(String path, int size) {
            return new Call("POST", path, Integer.toString(size), false, "", 1);
        }

        Call inChunks() {
            return new Call(method, path, size, true, pause, count);
        }

        Call slowly(int millis) {
            return new Call(method, path, size, chunked, Integer.toString(millis), count);
        }

        Call times(int often) {
            return new Call(method, path, size, chunked, pause, often);
        }
    }

    /**
     * Sends requests. Of each different answer it prints
     * {@code STATUS | REASON | VIA | METHOD THAT THE LISTENER SAW | LENGTH | "same" or how the body begins}, then how many there were.
     */
    String send(Target target, Call call) {
        Programs node = Programs.in(folder);
        target.environment().forEach(node::with);
        return node.with("METHOD", call.method)
                .with("TARGET", call.path)
                .with("SIZE", call.size)
                .with("CHUNKED", call.chunked ? "yes" : "")
                .with("PAUSE", call.pause)
                .with("COUNT", Integer.toString(call.count))
                .start("node", "sender.js")
                .orFail()
                .out();
    }
}
