package com.jcraft.jsch;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;

/**
 * Asks an agent for keys and signatures at its socket, each time over a connection of its own (draft-miller-ssh-agent: each message
 * after its length). In JSch's package for the bytes of its messages; JSch's own needs a library for sockets that the JDK has.
 */
@NullMarked
public final class AgentSocket implements AgentConnector {

    private static final int LONGEST = 256 * 1024;

    private final Path socket;

    /** The agent at a Unix socket. */
    public AgentSocket(Path socket) {
        this.socket = socket;
    }

    @Override
    public String getName() {
        return "ssh-agent";
    }

    @Override
    public boolean isAvailable() {
        return Files.exists(socket);
    }

    /** Sends the message in the buffer, and puts the answer in its place. */
    @Override
    public void query(Buffer buffer) throws AgentProxyException {
        try (SocketChannel agent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer question = ByteBuffer.wrap(buffer.buffer, 0, buffer.getLength());
            while (question.hasRemaining()) {
                agent.write(question);
            }
            int length = read(agent, ByteBuffer.allocate(Integer.BYTES)).getInt();
            if (length < 1 || length > LONGEST) {
                throw new IOException("its answer has " + length + " bytes");
            }
            buffer.rewind();
            buffer.checkFreeSize(length);
            read(agent, ByteBuffer.wrap(buffer.buffer, 0, length));
        } catch (IOException e) {
            throw new AgentProxyException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ByteBuffer read(SocketChannel agent, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (agent.read(into) < 0) {
                throw new EOFException("it has ended the connection");
            }
        }
        return into.flip();
    }
}
