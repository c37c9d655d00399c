package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SystemdTest {

    @TempDir
    Path folder;

    @Test
    void saysThatItIsReadyReloadsAndStops() throws Throwable {
        String path = folder.resolve("notify").toString();
        try (Receiver receiver = new Receiver(path)) {
            Systemd systemd = new Systemd(path);
            systemd.ready("in 127.0.0.1:7000");
            assertThat(receiver.receive()).isEqualTo("READY=1\nSTATUS=in 127.0.0.1:7000");
            systemd.reloading();
            assertThat(receiver.receive()).matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+");
            systemd.stopping();
            assertThat(receiver.receive()).isEqualTo("STOPPING=1");
        }
    }

    @Test
    void reachesAbstractSockets() throws Throwable {
        String name = "@relaygate-test-" + ProcessHandle.current().pid();
        try (Receiver receiver = new Receiver(name)) {
            new Systemd(name).ready("up");
            assertThat(receiver.receive()).isEqualTo("READY=1\nSTATUS=up");
        }
    }

    @Test
    void doesNoHarmWhereNobodyListens() {
        new Systemd(folder.resolve("nobody").toString()).ready("up");
        new Systemd("relative").ready("up");
        new Systemd("/" + "x".repeat(200)).ready("up");
        new Systemd("").ready("up");
        new Systemd(null).stopping();
    }

    /** A datagram Unix socket that is listened on. */
    @SuppressWarnings("restricted")
    private static final class Receiver implements AutoCloseable {

        private static final Linker LINKER = Linker.nativeLinker();

        private final int descriptor;

        Receiver(String name) throws Throwable {
            byte[] path = name.getBytes(StandardCharsets.UTF_8);
            byte[] address = ByteBuffer.allocate(2 + path.length).order(ByteOrder.nativeOrder())
                    .putShort((short) 1).put(path).array();
            if (path[0] == '@') {
                address[2] = 0;
            }
            descriptor = (int) function("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)
                    .invokeExact(1, 2, 0);
            try (Arena arena = Arena.ofConfined()) {
                int bound = (int) function("bind", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT)
                        .invokeExact(descriptor, arena.allocateFrom(ValueLayout.JAVA_BYTE, address), address.length);
                assertThat(bound).isZero();
            }
        }

        String receive() throws Throwable {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(4096);
                // Already sent: without a message this fails at once instead of waiting.
                int length = (int) function("recv", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT)
                        .invokeExact(descriptor, buffer, 4096L, 0x40);
                assertThat(length).isPositive();
                return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
            }
        }

        @Override
        public void close() {
            try {
                int closed = (int) function("close", ValueLayout.JAVA_INT).invokeExact(descriptor);
                assertThat(closed).isZero();
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }

        private static MethodHandle function(String name, ValueLayout... parameters) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
        }
    }
}
