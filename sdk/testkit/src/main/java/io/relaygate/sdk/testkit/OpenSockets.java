package io.relaygate.sdk.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The sockets of this process. */
final class OpenSockets {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static {
        // The JDK keeps a pair of sockets from the first one on that it closes.
        try (ServerSocketChannel channel = ServerSocketChannel.open();
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            channel.bind(new InetSocketAddress(socket.getInetAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OpenSockets() {}

    /** Each by the kernel's number, {@code socket:[4711]}; none where the system does not tell. */
    static Set<String> all() {
        Set<String> sockets = new TreeSet<>();
        if (!Files.isDirectory(DESCRIPTORS)) {
            return sockets;
        }
        try (Stream<Path> all = Files.list(DESCRIPTORS)) {
            all.map(OpenSockets::target).filter(target -> target.startsWith("socket:")).forEach(sockets::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sockets;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // It is closed meanwhile.
            return "";
        }
    }
}
