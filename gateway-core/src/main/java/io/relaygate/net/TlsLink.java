package io.relaygate.net;

import io.relaygate.sdk.TlsConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another link, by any {@link SSLEngine}. Several records go through the link below in one write. An end
 * without close_notify is a failure, an abort sends none, and TLS 1.3 keeps half-close (RFC 8446 section 6.1).
 */
public final class TlsLink extends LookAheadLink implements TlsConnection {

    /** The buffers that a link holds at the most: records and plain bytes that have come, and records that go. An idle one holds none. */
    public static final int HELD = 3 * Buffers.SIZE;

    /** More records than a side of a handshake sends in a row. */
    private static final int FLIGHT = 16;

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Link under;
    private final SSLEngine engine;
    private final TlsReceiver receiver;
    private final ReentrantLock sending = new ReentrantLock();
    private final boolean tls13;
    private final @Nullable ProvenCertificate client;

    private TlsLink(Link under, SSLEngine engine, Instant deadline) throws IOException {
        this.under = under;
        this.engine = engine;
        this.receiver = new TlsReceiver(under, engine, this::answer);
        Deadlines.Timer timer = Deadlines.shared().at(deadline, under::abort);
        try {
            engine.beginHandshake();
            handshake();
            receiver.established();
            this.tls13 = engine.getSession().getProtocol().equals("TLSv1.3");
            // Whoever began TLS in mid-stream may leave it to others to end what is below.
            under.whenOver(receiver::release);
            this.client = engine.getUseClientMode() ? null : ProvenCertificate.of(engine.getSession());
        } catch (IOException | RuntimeException e) {
            giveUp();
            if (Deadlines.shared().passed(deadline)) {
                throw timedOut(e);
            }
            throw e instanceof IOException io ? io : new SSLException("TLS handshake failed", e);
        } finally {
            timer.cancel();
        }
    }

    /** Tells the peer why, if the engine has an alert to send, and closes the link below. */
    private void giveUp() {
        receiver.release();
        try {
            // Records of the handshake may stand before the alert.
            for (int i = 0; i < FLIGHT && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                sendRecords(ByteBuffer.allocate(0));
            }
            under.close();
        } catch (IOException | RuntimeException e) {
            under.abort();
        }
    }

    private static IOException timedOut(Exception cause) {
        SocketTimeoutException timeout = new SocketTimeoutException("TLS handshake timed out");
        timeout.initCause(cause);
        return timeout;
    }

    /**
     * Shakes hands as the client and verifies that the certificate is the server's.
     *
     * @param under what carries the records; closed if the handshake fails, and with this link from then on
     * @param serverName the host name or address that the certificate must carry, sent as SNI if it is a name
     * @throws SSLException if the server cannot be trusted or understood
     */
    public static TlsLink client(Link under, SSLContext context, String serverName, int port, Instant deadline)
            throws IOException {
        SSLEngine engine = context.createSSLEngine(serverName, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return new TlsLink(under, engine, deadline);
    }

    /**
     * Shakes hands as the server.
     *
     * @param under what carries the records; closed if the handshake fails, and with this link from then on
     */
    public static TlsLink server(Link under, SSLContext context, Instant deadline) throws IOException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        return new TlsLink(under, engine, deadline);
    }

    /** Shakes hands with an engine of any make, set up by the caller down to its mode. */
    public static TlsLink over(Link under, SSLEngine engine, Instant deadline) throws IOException {
        return new TlsLink(under, engine, deadline);
    }

    /** What was agreed on, and the peer's certificates. */
    public SSLSession session() {
        return engine.getSession();
    }

    @Override
    public @Nullable String serverName() {
        return engine.getUseClientMode() ? engine.getPeerHost() : TlsServer.serverName(session());
    }

    @Override
    public @Nullable String applicationProtocol() {
        String agreed = engine.getApplicationProtocol();
        return agreed == null || agreed.isEmpty() ? null : agreed;
    }

    @Override
    public String version() {
        return session().getProtocol();
    }

    @Override
    public @Nullable ProvenCertificate clientCertificate() {
        return client;
    }

    private void handshake() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> sendRecords(ByteBuffer.allocate(0));
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> receiver.handshakeStep();
                case NEED_TASK -> runTasks();
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** Encrypts and sends the bytes, and whatever the engine has to say itself. */
    private void sendRecords(ByteBuffer plain) throws IOException {
        byte[] records = Buffers.take();
        try {
            ByteBuffer net = ByteBuffer.wrap(records);
            int largest = engine.getSession().getPacketBufferSize();
            do {
                SSLEngineResult result = engine.wrap(plain, net);
                if (result.getStatus() == Status.CLOSED && plain.hasRemaining()) {
                    throw new SSLException("this direction of the TLS connection has ended");
                }
                if (result.getStatus() == Status.BUFFER_OVERFLOW && net.position() == 0) {
                    throw new SSLException("a TLS record does not fit into " + records.length + " bytes");
                }
                boolean stuck = result.bytesConsumed() == 0 && result.bytesProduced() == 0;
                if (net.position() > 0 && (stuck || !plain.hasRemaining() || net.remaining() < largest)) {
                    under.out().write(records, 0, net.position());
                    net.clear();
                } else if (stuck) {
                    if (plain.hasRemaining()) {
                        throw new SSLException("TLS cannot go on: " + result);
                    }
                    return;
                }
            } while (plain.hasRemaining());
        } finally {
            Buffers.give(records);
        }
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        sending.lock();
        try {
            sendRecords(ByteBuffer.wrap(bytes, offset, length));
        } finally {
            sending.unlock();
        }
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        return receiver.receive(into, offset, length, limit);
    }

    @Override
    protected boolean await(Duration limit) throws IOException {
        return receiver.await(limit);
    }

    /**
     * Sends what receiving made the engine want to say, a key update for example. If another thread is sending, its
     * next record brings it along.
     */
    private void answer() throws IOException {
        if (sending.tryLock()) {
            try {
                sendRecords(ByteBuffer.allocate(0));
            } finally {
                sending.unlock();
            }
        }
    }

    /** Four full records: the JDK counts the byte of the content type (RFC 8446 section 5.2) into the 16 KiB. */
    @Override
    public int writeSize() {
        return Buffers.PAYLOAD - 4;
    }

    /** True for TLS 1.3; the JDK's TLS 1.2 ends both directions at once. */
    @Override
    public boolean canFinish() {
        return tls13;
    }

    @Override
    protected void sendEnd() throws IOException {
        if (!tls13) {
            close();
            return;
        }
        sending.lock();
        try {
            engine.closeOutbound();
            sendRecords(ByteBuffer.allocate(0));
        } finally {
            sending.unlock();
        }
    }

    @Override
    protected void shut() {
        Deadlines.Timer timer = Deadlines.shared().after(CLOSE_LIMIT, under::abort);
        try {
            if (sending.tryLock(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    engine.closeOutbound();
                    sendRecords(ByteBuffer.allocate(0));
                } finally {
                    sending.unlock();
                }
            }
            under.close();
        } catch (IOException e) {
            under.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            under.abort();
        } finally {
            timer.cancel();
            receiver.release();
        }
    }

    @Override
    protected void drop() {
        under.abort();
        receiver.release();
    }
}
