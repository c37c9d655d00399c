package io.relaygate.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd what the process does, as sd_notify(3) describes it, where {@code NOTIFY_SOCKET} is set. The socket is
 * a datagram Unix socket, which the JDK's channels do not offer, so two functions of the C library are called.
 *
 * <p>A message that cannot be sent is logged and does no harm.
 */
final class Systemd {

    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int LONGEST_PATH = 108;

    private final @Nullable String socket;

    /**
     * Talks to a socket.
     *
     * @param socket what NOTIFY_SOCKET says: a path, or {@code @} and an abstract name; null to say nothing
     */
    Systemd(@Nullable String socket) {
        this.socket = socket == null || socket.isEmpty() ? null : socket;
    }

    /** Everything is open. */
    void ready(String status) {
        tell("READY=1\nSTATUS=" + status);
    }

    /** A reload begins; {@link #ready} ends it. */
    void reloading() {
        // The JVM's nanoTime is CLOCK_MONOTONIC, which is what is asked for.
        tell("RELOADING=1\nMONOTONIC_USEC=" + System.nanoTime() / 1000);
    }

    /** The process is about to end. */
    void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String message) {
        if (socket == null) {
            return;
        }
        try {
            send(socket, message);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("cannot notify the service manager");
        }
    }

    @SuppressWarnings("restricted")
    private static void send(String name, String message) throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("socket"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle sendTo = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("sendto"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            byte[] address = address(name);
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_BYTE, address);
            MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            int descriptor = (int) open.invokeExact(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (descriptor < 0) {
                throw new IOException("no socket");
            }
            long sent = (long) sendTo.invokeExact(
                    descriptor, text, (long) bytes.length, MSG_NOSIGNAL, to, address.length);
            int closed = (int) close.invokeExact(descriptor);
            if (sent != bytes.length || closed != 0) {
                throw new IOException("nobody listens at NOTIFY_SOCKET " + name);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException("the C library cannot be called: " + e.getMessage(), e);
        }
    }

    /** A {@code struct sockaddr_un}, cut behind the name as unix(7) asks for abstract names. */
    private static byte[] address(String name) throws IOException {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length >= LONGEST_PATH || (path[0] != '/' && path[0] != '@')) {
            throw new IOException("NOTIFY_SOCKET is neither a path nor an abstract name");
        }
        boolean isAbstract = path[0] == '@';
        ByteBuffer address = ByteBuffer.allocate(2 + path.length + (isAbstract ? 0 : 1)).order(ByteOrder.nativeOrder());
        address.putShort((short) AF_UNIX).put(path);
        if (isAbstract) {
            address.put(2, (byte) 0);
        }
        return address.array();
    }
}
