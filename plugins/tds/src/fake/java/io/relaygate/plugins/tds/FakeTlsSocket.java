package io.relaygate.plugins.tds;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A server's socket below the TLS of TDS 7: what it says in a row is one message, for which clients wait. Written apart from what it tests. */
final class FakeTlsSocket extends Socket {

    private final Socket under;
    private InputStream packet = InputStream.nullInputStream();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private boolean handshaking = true;

    private FakeTlsSocket(Socket under) {
        this.under = under;
    }

    /** Shakes hands as the server, in TLS 1.2 as servers do. */
    static SSLSocket accept(Socket client, SSLContext context) throws IOException {
        FakeTlsSocket below = new FakeTlsSocket(client);
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(below, InputStream.nullInputStream(), true);
        secure.setEnabledProtocols(new String[] {"TLSv1.2"});
        secure.startHandshake();
        below.say();
        below.handshaking = false;
        return secure;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                InputStream in = under.getInputStream();
                int n = packet.read(into, offset, length);
                while (n < 0 && handshaking) {
                    say();
                    byte[] header = in.readNBytes(8);
                    if (header.length < 8) {
                        return -1;
                    }
                    if (header[0] != 0x12) {
                        throw new IOException("a packet of type " + header[0] + " in a handshake");
                    }
                    byte[] body = in.readNBytes(((header[2] & 0xff) << 8 | (header[3] & 0xff)) - 8);
                    packet = new ByteArrayInputStream(body);
                    n = packet.read(into, offset, length);
                }
                return n < 0 ? in.read(into, offset, length) : n;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (handshaking) {
                    said.write(bytes, offset, length);
                } else {
                    under.getOutputStream().write(bytes, offset, length);
                }
            }
        };
    }

    private void say() throws IOException {
        byte[] bytes = said.toByteArray();
        said.reset();
        for (int at = 0; at < bytes.length; at += 4088) {
            int n = Math.min(4088, bytes.length - at);
            byte[] all = new byte[8 + n];
            all[0] = 0x12;
            all[1] = (byte) (at + n == bytes.length ? 1 : 0);
            all[2] = (byte) (all.length >> 8);
            all[3] = (byte) all.length;
            System.arraycopy(bytes, at, all, 8, n);
            under.getOutputStream().write(all);
        }
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
        return under.isClosed();
    }

    @Override
    public InetAddress getInetAddress() {
        return under.getInetAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return under.getRemoteSocketAddress();
    }

    @Override
    public int getPort() {
        return under.getPort();
    }

    @Override
    public void setSoTimeout(int timeout) {
        // As the socket below has it.
    }

    @Override
    public void setTcpNoDelay(boolean on) {
        // As the socket below has it.
    }

    @Override
    public synchronized void close() throws IOException {
        under.close();
    }
}
