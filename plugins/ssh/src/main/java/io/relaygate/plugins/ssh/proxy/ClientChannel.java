package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.Reply;
import io.relaygate.plugins.ssh.wire.SendWindow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The client's end of a channel: what may be sent over it, and what was said of its end. */
final class ClientChannel {

    static final int PACKET = 32 * 1024;

    private static final int ROOM = 64;

    private final SshSession transport;
    private final int id;
    private volatile long peer;
    private final String type;
    private final SendWindow window = new SendWindow();
    private final FromClient fromClient = new FromClient();
    private final @Nullable Reply<Optional<Refusal>> asked;
    private volatile boolean gone;
    private boolean closeSent;
    private boolean done;
    private @Nullable Instant closed;

    /** Why a client does not open a channel (RFC 4254 section 5.1). */
    record Refusal(int reason, String words) {}

    /**
     * A channel that the client has asked for.
     *
     * @param id our number of it
     * @param peer the client's
     * @param room how many bytes the client takes
     * @param largest how many of them in one message
     */
    ClientChannel(SshSession transport, int id, long peer, String type, long room, long largest) {
        this.transport = transport;
        this.id = id;
        this.asked = null;
        this.peer = peer;
        this.type = type;
        window.open(room, Math.min(largest, PACKET));
    }

    /**
     * A channel that the target has asked for, and the client is to be asked for.
     *
     * @param id our number of it
     */
    ClientChannel(SshSession transport, int id, String type) {
        this.transport = transport;
        this.id = id;
        this.type = type;
        this.asked = new Reply<>();
    }

    int id() {
        return id;
    }

    /**
     * Asks the client for it, and waits for the answer.
     *
     * @return why it does not open it; nothing if it does
     * @throws IOException if it has not answered in time, or is gone
     */
    Optional<Refusal> ask(byte[] openData, Instant deadline) throws IOException {
        Buffer message = transport.createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN, ROOM + type.length() + openData.length);
        message.putString(type);
        message.putUInt(id);
        message.putUInt(FromClient.WINDOW);
        message.putUInt(PACKET);
        message.putRawBytes(openData);
        transport.send(message);
        return Objects.requireNonNull(asked).await(deadline, "the client does not answer");
    }

    /** Whether the client has not said yet whether it opens it. */
    boolean isAsked() {
        return asked != null && !asked.isSettled();
    }

    /** The client opens it. */
    void opened(long number, long room, long largest) {
        peer = number;
        window.open(room, Math.min(largest, PACKET));
        Objects.requireNonNull(asked).set(Optional.empty());
    }

    /** The client does not open it. */
    void refusedByClient(int reason, String words) {
        Objects.requireNonNull(asked).set(Optional.of(new Refusal(reason, words)));
    }

    String type() {
        return type;
    }

    FromClient fromClient() {
        return fromClient;
    }

    /** The client takes more. */
    void widen(long more) {
        window.widen(more);
    }

    private Buffer message(byte command, int room) {
        Buffer message = transport.createBuffer(command, ROOM + room);
        message.putUInt(peer);
        return message;
    }

    void confirm() throws IOException {
        Buffer message = message(SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION, 0);
        message.putUInt(id);
        message.putUInt(FromClient.WINDOW);
        message.putUInt(PACKET);
        transport.send(message);
    }

    /** RFC 4254 section 5.1. */
    void refuse(int reason, String words) throws IOException {
        Buffer message = message(SshConstants.SSH_MSG_CHANNEL_OPEN_FAILURE, words.length());
        message.putUInt(reason);
        message.putString(words, StandardCharsets.UTF_8);
        message.putString("");
        transport.writePacket(message);
    }

    /** Lets the client send more. */
    void let(int more) throws IOException {
        Buffer message = message(SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST, 0);
        message.putUInt(more);
        transport.send(message);
    }

    void answer(boolean success) throws IOException {
        transport.send(message(success ? SshConstants.SSH_MSG_CHANNEL_SUCCESS : SshConstants.SSH_MSG_CHANNEL_FAILURE, 0));
    }

    /** Takes a part of the window; waits while the client takes nothing. */
    int room(int wanted) throws IOException {
        return window.take(wanted);
    }

    /** Sends bytes for which there is room. */
    void send(boolean error, byte[] bytes, int offset, int length) throws IOException {
        Buffer message = message(error ? SshConstants.SSH_MSG_CHANNEL_EXTENDED_DATA : SshConstants.SSH_MSG_CHANNEL_DATA, length);
        if (error) {
            message.putUInt(1);
        }
        message.putBytes(bytes, offset, length);
        transport.send(message);
    }

    void end() throws IOException {
        transport.send(message(SshConstants.SSH_MSG_CHANNEL_EOF, 0));
    }

    /** A request that wants no answer. */
    void request(String name, Buffer data) throws IOException {
        Buffer message = message(SshConstants.SSH_MSG_CHANNEL_REQUEST, name.length() + data.available());
        message.putString(name);
        message.putBoolean(false);
        message.putRawBytes(data.array(), data.rpos(), data.available());
        transport.send(message);
    }

    /** Says that nothing more comes, once. */
    void close() throws IOException {
        synchronized (this) {
            if (closeSent) {
                return;
            }
            closeSent = true;
        }
        window.fail(new IOException("the channel is closed"));
        transport.writePacket(message(SshConstants.SSH_MSG_CHANNEL_CLOSE, 0));
    }

    /** The client has closed it: it takes no bytes any more, but waits for how its program ends until it is closed here too. */
    void closedByClient(Instant when) {
        synchronized (this) {
            closed = when;
        }
        window.fail(new IOException("the client has closed the channel"));
        fromClient.close();
    }

    /** Whether nobody takes bytes of the target any more: the client has closed it, or is gone. */
    boolean isLeft() {
        return gone || closedAt() != null;
    }

    /** When the client has closed it; null if it has not. */
    synchronized @Nullable Instant closedAt() {
        return closed;
    }

    /** The client is gone. */
    void abandon() {
        gone = true;
        if (asked != null) {
            asked.fail(new IOException("the session is over"));
        }
        window.fail(new IOException("the session is over"));
        fromClient.close();
    }

    /** What the client has sent was taken, and what the target has sent was told. */
    synchronized void done() {
        done = true;
    }

    /** Whether it can be forgotten: nobody works for it, and both sides have closed it. */
    synchronized boolean isOver() {
        return done && closeSent && closed != null;
    }
}
