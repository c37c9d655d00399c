package io.relaygate.plugins.ssh.proxy;

import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.kex.KexState;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.session.helpers.KeyExchangeMessageHandler;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.ServerSessionImpl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** MINA's side of a client's session: the transport, with its key exchanges. */
final class SshSession extends ServerSessionImpl {

    private static final int BUFFER = 32 * 1024;

    /** So many messages are answered while a key exchange goes on: clients are silent then, but for what was on its way. */
    private static final int MOST_DURING_EXCHANGE = 4096;

    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private @Nullable Visit visit;
    private volatile @Nullable Throwable caught;
    private int duringExchange;

    SshSession(ServerFactoryManager manager, ClientCarrier carrier) throws Exception {
        super(manager, carrier);
    }

    /** Whose it is. */
    static Visit visitOf(Session session) {
        Visit known = ((SshSession) session).visit;
        if (known == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return known;
    }

    /**
     * Serves the client to its end.
     *
     * @throws IOException if its connection fails
     * @throws Exception if it says what cannot be: a {@link SshException} knows what to tell it
     */
    void serve(Visit whose, Connection client) throws Exception {
        visit = whose;
        start();
        byte[] buffer = new byte[BUFFER];
        for (int n = client.in().read(buffer); n >= 0; n = client.in().read(buffer)) {
            messageReceived(Readable.readable(ByteBuffer.wrap(buffer, 0, n)));
            Throwable failure = caught;
            if (failure != null) {
                throw failure instanceof Exception known ? known : new IOException(failure);
            }
            if (isClosing()) {
                return;
            }
        }
    }

    /** Counts what has come while a key exchange goes on: each may have an answer that waits for its end. */
    void heard() throws SshException {
        duringExchange = getKexState() == KexState.DONE ? 0 : duringExchange + 1;
        if (duringExchange > MOST_DURING_EXCHANGE) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "too much is said while keys are exchanged");
        }
    }

    /**
     * Sends a message and waits until it has gone: what is sent while a key exchange goes on waits for its end, and would pile up.
     *
     * @throws IOException if it cannot be sent any more
     */
    void send(Buffer message) throws IOException {
        IoWriteFuture written = writePacket(message);
        while (!written.await(A_MOMENT)) {
            if (isClosing()) {
                throw new IOException("the session is over");
            }
        }
        Throwable failure = written.getException();
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
    }

    /** What MINA would log and tell the client; {@link Visit} does both. */
    @Override
    public void exceptionCaught(Throwable failure) {
        if (caught == null) {
            caught = failure;
        }
    }

    @Override
    protected KeyExchangeMessageHandler initializeKeyExchangeMessageHandler() {
        return new ExchangeQueue(this, log);
    }

    /** MINA's, on threads that end when they have done their work: its own stay for a minute, and would keep the plugin in memory. */
    private static final class ExchangeQueue extends KeyExchangeMessageHandler {

        private static final ExecutorService THREADS =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("ssh key exchange").factory());

        static {
            flushRunner = THREADS;
        }

        ExchangeQueue(AbstractSession session, Logger log) {
            super(session, log);
        }
    }
}
