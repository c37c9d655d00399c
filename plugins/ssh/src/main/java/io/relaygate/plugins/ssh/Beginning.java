package io.relaygate.plugins.ssh;

import io.relaygate.plugins.ssh.wire.Identification;
import io.relaygate.plugins.ssh.wire.MalformedException;
import io.relaygate.plugins.ssh.wire.Packet;
import io.relaygate.sdk.Connection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the lines and packets with which a side begins, each as it comes and no byte after it. One thread. */
final class Beginning {

    private final Connection from;

    Beginning(Connection from) {
        this.from = from;
    }

    /** The side has ended its direction, or its connection is broken; the message goes on from "the client" or "the server". */
    static final class LeftException extends IOException {
        private static final long serialVersionUID = 1L;

        LeftException(String message, @Nullable IOException cause) {
            super(message, cause);
        }
    }

    /** A line that is to be an identification string; one that cannot become one is not waited for. */
    byte[] identification() throws IOException {
        return line(Identification.LONGEST, Identification.BEGINNING, "does not end its identification string within 255 bytes");
    }

    /**
     * A line, which may be an identification string.
     *
     * @param room how many bytes it may have, with its end
     */
    byte[] line(int room) throws IOException {
        return line(room, "", "says too much before its identification string");
    }

    private byte[] line(int longest, String beginning, String tooLong) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (line.size() == longest) {
                throw new MalformedException(tooLong);
            }
            ByteBuffer seen = peek();
            int room = Math.min(seen.remaining(), longest - line.size());
            int n = 0;
            byte last = 0;
            while (n < room && last != '\n') {
                last = seen.get(n);
                int at = line.size() + n;
                if (at < beginning.length() && last != beginning.charAt(at)) {
                    throw new MalformedException("does not speak SSH: it does not begin with " + beginning);
                }
                n++;
            }
            line.write(read(new byte[n], 0));
            if (last == '\n') {
                return line.toByteArray();
            }
        }
    }

    private ByteBuffer peek() throws IOException {
        ByteBuffer seen;
        try {
            seen = from.peek(1);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new LeftException("has left before its identification string", e);
        }
        if (!seen.hasRemaining()) {
            throw new LeftException("has left before its identification string", null);
        }
        return seen;
    }

    /** A packet, whole. */
    byte[] packet() throws IOException {
        byte[] head = read(new byte[Packet.HEAD], 0);
        return read(Arrays.copyOf(head, head.length + Packet.length(head)), head.length);
    }

    private byte[] read(byte[] into, int offset) throws IOException {
        int n;
        try {
            n = from.in().readNBytes(into, offset, into.length - offset);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new LeftException("has left before keys were exchanged", e);
        }
        if (n < into.length - offset) {
            throw new LeftException("has left before keys were exchanged", null);
        }
        return into;
    }
}
