package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/**
 * What MINA takes for a socket: the client's connection. Writes at once and waits for it, so that nothing piles up here: who writes
 * waits for the client, and so does the thread that reads from it when it has to answer.
 */
final class ClientCarrier extends AbstractCloseable implements IoSession {

    private final Connection client;
    private final SocketAddress address;
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();

    /**
     * Over a connection.
     *
     * @param source who is at the other end, for the log
     */
    ClientCarrier(Connection client, String source) {
        this.client = client;
        this.address = InetSocketAddress.createUnresolved(source, 0);
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        Written written = new Written();
        try {
            client.out().write(buffer.array(), buffer.rpos(), buffer.available());
            written.setValue(true);
        } catch (IOException | RuntimeException e) {
            written.setValue(e);
        }
        return written;
    }

    private static final class Written extends AbstractIoWriteFuture {
        Written() {
            super("written", null);
        }
    }

    @Override
    protected void doCloseImmediately() {
        client.close();
        super.doCloseImmediately();
    }

    @Override
    public long getId() {
        return 0;
    }

    @Override
    public @Nullable Object getAttribute(Object key) {
        return attributes.get(key);
    }

    @Override
    public @Nullable Object setAttribute(Object key, Object value) {
        return attributes.put(key, value);
    }

    @Override
    public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
        return attributes.putIfAbsent(key, value);
    }

    @Override
    public @Nullable Object removeAttribute(Object key) {
        return attributes.remove(key);
    }

    @Override
    public SocketAddress getLocalAddress() {
        return address;
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return address;
    }

    @Override
    public SocketAddress getAcceptanceAddress() {
        return address;
    }

    /** There is none: no port is listened on. */
    @Override
    public @Nullable IoService getService() {
        return null;
    }

    @Override
    public void shutdownOutputStream() {}

    @Override
    public void suspendRead() {}

    @Override
    public void resumeRead() {}
}
