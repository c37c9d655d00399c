package io.relaygate.sdk;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link Connection} as a socket; {@link Connection#asSocket} says what it can do. There is no socket of the system below. */
final class ConnectionSocket extends Socket {

    private static final int BUFFER = 64 * 1024;

    private final Connection connection;
    private volatile int timeout;
    private volatile int linger = -1;
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    ConnectionSocket(Connection connection) throws SocketException {
        super((SocketImpl) null);
        this.connection = connection;
    }

    private void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
    }

    @Override
    public InputStream getInputStream() throws SocketException {
        requireOpen();
        return new In();
    }

    @Override
    public OutputStream getOutputStream() throws SocketException {
        requireOpen();
        return new Out();
    }

    @Override
    public void close() {
        closed = true;
        if (linger == 0) {
            connection.abort();
        }
        connection.close();
    }

    @Override
    public void shutdownInput() throws SocketException {
        requireOpen();
        inputShut = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireOpen();
        outputShut = true;
        connection.finish();
    }

    @Override
    public void setSoTimeout(int milliseconds) throws SocketException {
        requireOpen();
        if (milliseconds < 0) {
            throw new IllegalArgumentException("timeout can't be negative");
        }
        timeout = milliseconds;
    }

    @Override
    public int getSoTimeout() {
        return timeout;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {
        linger = on ? seconds : -1;
    }

    @Override
    public int getSoLinger() {
        return linger;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public void connect(SocketAddress endpoint) throws SocketException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int milliseconds) throws SocketException {
        throw new SocketException("already connected");
    }

    @Override
    public void bind(SocketAddress bindpoint) throws SocketException {
        throw new SocketException("already bound");
    }

    @Override
    public InetAddress getInetAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int getPort() {
        return 0;
    }

    @Override
    public int getLocalPort() {
        return 0;
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return new InetSocketAddress(getInetAddress(), 0);
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return new InetSocketAddress(getLocalAddress(), 0);
    }

    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public void sendUrgentData(int data) throws SocketException {
        throw new SocketException("Urgent data not supported");
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public void setOOBInline(boolean on) {}

    @Override
    public boolean getOOBInline() {
        return false;
    }

    @Override
    public void setReuseAddress(boolean on) {}

    @Override
    public boolean getReuseAddress() {
        return false;
    }

    @Override
    public void setTrafficClass(int trafficClass) {}

    @Override
    public int getTrafficClass() {
        return 0;
    }

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return BUFFER;
    }

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getSendBufferSize() {
        return BUFFER;
    }

    @Override
    public <T> Socket setOption(SocketOption<T> name, T value) {
        throw new UnsupportedOperationException("no options");
    }

    @Override
    public <T> T getOption(SocketOption<T> name) {
        throw new UnsupportedOperationException("no options");
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return Set.of();
    }

    @Override
    public String toString() {
        return "Socket[" + connection + "]";
    }

    /** The bytes from the peer; the timeout is a deadline of each read. */
    private final class In extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            requireOpen();
            if (inputShut) {
                return -1;
            }
            int limit = timeout;
            if (limit == 0) {
                return connection.in().read(into, offset, length);
            }
            connection.deadline(Instant.now().plusMillis(limit));
            int n = connection.in().read(into, offset, length);
            connection.deadline(null);
            return n;
        }

        @Override
        public int available() throws IOException {
            return inputShut ? 0 : connection.in().available();
        }

        @Override
        public void close() {
            ConnectionSocket.this.close();
        }
    }

    /** The bytes to the peer. */
    private final class Out extends FilterOutputStream {

        Out() {
            super(connection.out());
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            requireOpen();
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {
            ConnectionSocket.this.close();
        }
    }
}
