package io.relaygate.plugins.ssh.bastion;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/** An agent that says at most what keys it has, and nothing to any other question (draft-miller-ssh-agent). */
final class TestAgent implements AutoCloseable {

    private static final int IDENTITIES = 11;
    private static final int ANSWER = 12;

    private final ServerSocketChannel listener;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unanswered = new AtomicInteger();

    /**
     * Listens.
     *
     * @param keys none if it does not even say so
     */
    TestAgent(Path socket, PublicKey... keys) throws IOException {
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(() -> accept(keys));
    }

    private void accept(PublicKey... keys) {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client, keys));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void serve(SocketChannel client, PublicKey... keys) {
        try (client) {
            ByteBuffer head = ByteBuffer.allocate(Integer.BYTES + 1);
            while (head.hasRemaining() && client.read(head) >= 0) {
                // One byte at a time if need be.
            }
            if (head.get(Integer.BYTES) == IDENTITIES && keys.length > 0) {
                client.write(ByteBuffer.wrap(list(keys)));
            } else {
                unanswered.incrementAndGet();
            }
            while (client.read(ByteBuffer.allocate(1024)) >= 0) {
                // Until the other side leaves.
            }
        } catch (IOException e) {
            // It has left.
        } finally {
            open.remove(client);
        }
    }

    private static byte[] list(PublicKey... keys) {
        ByteArrayBuffer all = new ByteArrayBuffer();
        all.putByte((byte) ANSWER);
        all.putInt(keys.length);
        for (PublicKey key : keys) {
            all.putPublicKey(key);
            all.putString("a key");
        }
        ByteArrayBuffer message = new ByteArrayBuffer();
        message.putBytes(all.getCompactData());
        return message.getCompactData();
    }

    /** How many questions it has left without an answer. */
    int unanswered() {
        return unanswered.get();
    }

    int connections() {
        return open.size();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel each : open) {
            each.close();
        }
    }
}
