package io.relaygate.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a {@link TlsLink}: records from the link below, plain bytes for the reader. Records are
 * decrypted into the reader's array wherever it has room for a whole one. Both buffers come from the pool and go
 * back to it when nothing is in them and nothing is expected.
 */
final class TlsReceiver {

    /** Lets the engine send what it has to say itself. */
    interface Answer {
        void send() throws IOException;
    }

    private final Link under;
    private final SSLEngine engine;
    private final Answer answer;
    private final Custody custody = new Custody(this::giveAll, "the TLS connection is closed");
    private boolean established;
    private byte @Nullable [] net;
    private int netFrom;
    private int netTo;
    private byte @Nullable [] plain;
    private int plainFrom;
    private int plainTo;

    TlsReceiver(Link under, SSLEngine engine, Answer answer) {
        this.under = under;
        this.engine = engine;
        this.answer = answer;
    }

    /** Takes one record of the handshake. */
    void handshakeStep() throws IOException {
        custody.enter();
        try {
            while (decryptIntoPlain() == Status.BUFFER_UNDERFLOW) {
                fill(Link.FOREVER);
            }
        } finally {
            giveNetIfEmpty();
            custody.leave();
        }
    }

    /** The handshake is over: from now on the peer may not begin another. */
    void established() {
        established = true;
    }

    /** As {@link LookAheadLink#receive}. */
    int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        custody.enter();
        try {
            if (plainFrom < plainTo) {
                return takePlain(into, offset, length);
            }
            Wait wait = new Wait(limit);
            while (true) {
                int n = decrypt(into, offset, length);
                if (n != 0) {
                    return n;
                }
                if (!fill(wait.left())) {
                    return 0;
                }
            }
        } finally {
            if (Wait.isForever(limit)) {
                giveNetIfEmpty();
            }
            custody.leave();
        }
    }

    /** As {@link LookAheadLink#await}. */
    boolean await(Duration limit) throws IOException {
        custody.enter();
        try {
            Wait wait = new Wait(limit);
            while (plainFrom == plainTo && !engine.isInboundDone()) {
                if (decryptIntoPlain() != Status.BUFFER_UNDERFLOW) {
                    continue;
                }
                if (netFrom == netTo) {
                    giveNet();
                    givePlain();
                    if (!under.awaitReadable(wait.left())) {
                        return false;
                    }
                }
                if (!fill(wait.left())) {
                    return false;
                }
            }
            return true;
        } finally {
            custody.leave();
        }
    }

    /** Gives the buffers back, at once or when the reader leaves; nothing can be received any more. */
    void release() {
        custody.end();
    }

    /** Decrypts as many whole records as are there and fit. Returns -1 at close_notify, 0 if there is none. */
    private int decrypt(byte[] into, int offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.wrap(into, offset, length);
        while (!engine.isInboundDone()) {
            switch (unwrap(target)) {
                case OK, CLOSED -> {}
                case BUFFER_UNDERFLOW -> {
                    return target.position() - offset;
                }
                case BUFFER_OVERFLOW -> {
                    if (target.position() > offset) {
                        return target.position() - offset;
                    }
                    // The engine asks for room before it looks whether the record is whole.
                    if (decryptIntoPlain() == Status.BUFFER_UNDERFLOW) {
                        return 0;
                    }
                    if (plainFrom < plainTo) {
                        return takePlain(into, offset, length);
                    }
                }
            }
        }
        return target.position() > offset ? target.position() - offset : -1;
    }

    private Status decryptIntoPlain() throws IOException {
        if (netFrom == netTo) {
            return Status.BUFFER_UNDERFLOW;
        }
        byte[] room = plain;
        if (room == null) {
            room = Buffers.take();
            plain = room;
        }
        ByteBuffer target = ByteBuffer.wrap(room, plainTo, room.length - plainTo);
        Status status = unwrap(target);
        plainTo = target.position();
        if (status == Status.BUFFER_OVERFLOW) {
            throw new SSLException("a TLS record does not fit into " + room.length + " bytes");
        }
        if (plainFrom == plainTo) {
            givePlain();
        }
        return status;
    }

    private Status unwrap(ByteBuffer target) throws IOException {
        byte[] records = net;
        if (records == null || netFrom == netTo) {
            return Status.BUFFER_UNDERFLOW;
        }
        ByteBuffer source = ByteBuffer.wrap(records, netFrom, netTo - netFrom);
        SSLEngineResult result = engine.unwrap(source, target);
        netFrom = source.position();
        if (established) {
            afterwards(result);
        }
        return result.getStatus();
    }

    private void afterwards(SSLEngineResult result) throws IOException {
        HandshakeStatus wanted = result.getHandshakeStatus();
        if (result.getStatus() == Status.CLOSED
                || wanted == HandshakeStatus.NOT_HANDSHAKING
                || wanted == HandshakeStatus.FINISHED) {
            return;
        }
        if (!engine.getSession().getProtocol().equals("TLSv1.3")) {
            throw new SSLException("the peer asked for another TLS handshake, which is refused");
        }
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            answer.send();
        }
    }

    private int takePlain(byte[] into, int offset, int length) {
        byte[] bytes = plain;
        if (bytes == null) {
            return 0;
        }
        int n = Math.min(length, plainTo - plainFrom);
        System.arraycopy(bytes, plainFrom, into, offset, n);
        plainFrom += n;
        if (plainFrom == plainTo) {
            givePlain();
        }
        return n;
    }

    /** Receives more of the records; false if the limit passed first. */
    private boolean fill(Duration limit) throws IOException {
        if (netFrom == netTo) {
            netFrom = 0;
            netTo = 0;
            if (Wait.isForever(limit)) {
                // Whoever waits without a limit is not busy: let the link below wait, without a large buffer.
                giveNet();
                under.awaitReadable(limit);
            }
        }
        byte[] records = net;
        if (records == null) {
            records = Buffers.take();
            net = records;
        }
        if (netFrom > 0) {
            System.arraycopy(records, netFrom, records, 0, netTo - netFrom);
            netTo -= netFrom;
            netFrom = 0;
        }
        int n = under.read(records, netTo, records.length - netTo, limit);
        if (n < 0) {
            throw new EOFException(
                    established
                            ? "the TLS connection was cut off: no close_notify came before the end"
                            : "the peer closed the connection during the TLS handshake");
        }
        if (n == 0 && netTo == 0) {
            giveNet();
        }
        netTo += n;
        return n > 0;
    }

    private void giveAll() {
        giveNet();
        givePlain();
    }

    private void giveNetIfEmpty() {
        if (netFrom == netTo) {
            giveNet();
        }
    }

    private void giveNet() {
        if (net != null) {
            Buffers.give(net);
            net = null;
        }
        netFrom = 0;
        netTo = 0;
    }

    private void givePlain() {
        if (plain != null) {
            Buffers.give(plain);
            plain = null;
        }
        plainFrom = 0;
        plainTo = 0;
    }
}
