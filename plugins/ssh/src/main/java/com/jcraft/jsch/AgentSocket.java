package com.jcraft.jsch;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Asks an agent for keys and signatures at its socket, each time over a connection of its own (draft-miller-ssh-agent: each message
 * after its length). In JSch's package for the bytes of its messages; JSch's own needs a library for sockets that the JDK has.
 */
@NullMarked
public final class AgentSocket implements AgentConnector {

    private static final int LONGEST = 256 * 1024;

    private final Path socket;
    private final Instant deadline;
    private final ThreadFactory threads;
    private volatile @Nullable IOException failure;

    /**
     * The agent at a Unix socket.
     *
     * @param deadline until when it may answer
     * @param threads one watches the time of each question, since these sockets have no limit of their own
     */
    public AgentSocket(Path socket, Instant deadline, ThreadFactory threads) {
        this.socket = socket;
        this.deadline = deadline;
        this.threads = threads;
    }

    /**
     * Whether it has answered all that it was asked. JSch takes one that has not for an agent without keys, or a key that cannot sign.
     *
     * @throws IOException if not, with why
     */
    public void requireAnswered() throws IOException {
        IOException why = failure;
        if (why != null) {
            throw new IOException(this + " cannot be asked: " + why.getMessage(), why);
        }
    }

    /** Which agent it is, in words. */
    @Override
    public String toString() {
        return "the agent at " + socket;
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
        CountDownLatch over = new CountDownLatch(1);
        try (SocketChannel agent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            threads.newThread(() -> limit(agent, over)).start();
            agent.connect(UnixDomainSocketAddress.of(socket));
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
            IOException why = Instant.now().isBefore(deadline) ? e : new SocketTimeoutException("it has not answered in time");
            failure = why;
            throw new AgentProxyException(String.valueOf(why.getMessage()), e);
        } finally {
            over.countDown();
        }
    }

    private void limit(SocketChannel agent, CountDownLatch over) {
        try {
            if (!over.await(Instant.now().until(deadline, ChronoUnit.NANOS), TimeUnit.NANOSECONDS)) {
                agent.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Who asks sees that it is closed.
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
