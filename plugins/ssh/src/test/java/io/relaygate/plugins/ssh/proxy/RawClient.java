package io.relaygate.plugins.ssh.proxy;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;

/** A client that exchanges keys as MINA does, and then says what the test wants. One thread. */
final class RawClient implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final BlockingQueue<Buffer> heard = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> farewell = new LinkedBlockingQueue<>();
    private final CountDownLatch ready = new CountDownLatch(1);
    private final SshClient client = SshClient.setUpDefaultClient();
    private final ClientSession session;

    RawClient(int port) throws IOException {
        client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
        client.setServiceFactories(List.of(new Named("ssh-userauth"), new Named("ssh-connection")));
        client.addSessionListener(new SessionListener() {
            @Override
            public void sessionDisconnect(Session of, int reason, String message, String language, boolean ours) {
                farewell.add(message);
            }
        });
        client.start();
        session = client.connect("raw", "127.0.0.1", port).verify(LONG).getSession();
        try {
            if (!ready.await(LONG.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("no keys were exchanged: " + farewell);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Named implements ServiceFactory {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Service create(Session of) {
            return new Listening(of);
        }
    }

    /** Keeps what comes. */
    private final class Listening extends AbstractCloseable implements Service {
        private final Session of;

        Listening(Session of) {
            this.of = of;
        }

        @Override
        public Session getSession() {
            return of;
        }

        @Override
        public Map<String, Object> getProperties() {
            return Map.of();
        }

        /** Keys are exchanged, and the service is asked for. */
        @Override
        public void start() {
            ready.countDown();
        }

        @Override
        public void process(int command, Buffer buffer) {
            Buffer copy = new ByteArrayBuffer();
            copy.putByte((byte) command);
            copy.putRawBytes(buffer.array(), buffer.rpos(), buffer.available());
            heard.add(copy);
        }
    }

    /** The next message that comes, its number first. */
    Buffer hears() {
        try {
            Buffer next = heard.poll(LONG.toMillis(), TimeUnit.MILLISECONDS);
            if (next == null) {
                throw new AssertionError("nothing came; the session is " + (session.isOpen() ? "open" : "over, " + farewell));
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hears that a login is not over: what may go on, and whether something was right. */
    String hearsFailure() {
        Buffer next = hears();
        int command = next.getUByte();
        if (command != SshConstants.SSH_MSG_USERAUTH_FAILURE) {
            throw new AssertionError("message " + command);
        }
        String methods = next.getString();
        return next.getBoolean() ? methods + " (partial)" : methods;
    }

    int hearsNumber() {
        return hears().getUByte();
    }

    /** Hears why the session is over. */
    String hearsFarewell() {
        try {
            String words = farewell.poll(LONG.toMillis(), TimeUnit.MILLISECONDS);
            if (words == null) {
                throw new AssertionError("the session goes on");
            }
            return words;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Buffer message(int command) {
        return session.createBuffer((byte) command);
    }

    void says(Buffer message) throws IOException {
        session.writePacket(message);
    }

    private Buffer request(String user, String method) {
        Buffer message = message(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        message.putString(user);
        message.putString("ssh-connection");
        message.putString(method);
        return message;
    }

    void asksFor(String user, String method) throws IOException {
        says(request(user, method));
    }

    void password(String user, String password) throws IOException {
        Buffer message = request(user, "password");
        message.putBoolean(false);
        message.putString(password);
        says(message);
    }

    void prompted(String user) throws IOException {
        Buffer message = request(user, "keyboard-interactive");
        message.putString("");
        message.putString("");
        says(message);
    }

    void answers(String answer) throws IOException {
        Buffer message = message(SshConstants.SSH_MSG_USERAUTH_INFO_RESPONSE);
        message.putInt(1);
        message.putString(answer);
        says(message);
    }

    /** Offers a key of curve P-256, without a signature. */
    void offers(String user, KeyPair key) throws IOException {
        Buffer message = request(user, "publickey");
        message.putBoolean(false);
        message.putString(KeyUtils.getKeyType(key));
        message.putBytes(blob(key));
        says(message);
    }

    /**
     * Sends one key, and a signature.
     *
     * @param shown the key that is sent
     * @param signer the key that signs
     * @param signedUser the user that is signed for
     */
    void signs(String user, KeyPair shown, KeyPair signer, String signedUser) throws Exception {
        Buffer signed = new ByteArrayBuffer();
        signed.putBytes(session.getSessionId());
        signed.putByte(SshConstants.SSH_MSG_USERAUTH_REQUEST);
        signed.putString(signedUser);
        signed.putString("ssh-connection");
        signed.putString("publickey");
        signed.putBoolean(true);
        signed.putString(KeyUtils.getKeyType(shown));
        signed.putBytes(blob(shown));
        Signature signature = BuiltinSignatures.nistp256.create();
        signature.initSigner(session, signer.getPrivate());
        signature.update(session, signed.array(), signed.rpos(), signed.available());
        Buffer sent = new ByteArrayBuffer();
        sent.putString(KeyUtils.getKeyType(shown));
        sent.putBytes(signature.sign(session));
        Buffer message = request(user, "publickey");
        message.putBoolean(true);
        message.putString(KeyUtils.getKeyType(shown));
        message.putBytes(blob(shown));
        message.putBytes(sent.getCompactData());
        says(message);
    }

    /** Opens a channel for a command, and returns the gateway's number of it when the command has said something. */
    long runs(String command) throws IOException {
        Buffer open = message(SshConstants.SSH_MSG_CHANNEL_OPEN);
        open.putString("session");
        open.putInt(0);
        open.putInt(1 << 20);
        open.putInt(ClientChannel.PACKET);
        says(open);
        Buffer opened = hears(SshConstants.SSH_MSG_CHANNEL_OPEN_CONFIRMATION);
        opened.getUInt();
        long number = opened.getUInt();
        Buffer exec = message(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        exec.putUInt(number);
        exec.putString("exec");
        exec.putBoolean(false);
        exec.putString(command);
        says(exec);
        hears(SshConstants.SSH_MSG_CHANNEL_DATA);
        return number;
    }

    void sends(long channel, int length) throws IOException {
        for (int left = length; left > 0; left -= Math.min(left, ClientChannel.PACKET)) {
            Buffer data = message(SshConstants.SSH_MSG_CHANNEL_DATA);
            data.putUInt(channel);
            data.putBytes(new byte[Math.min(left, ClientChannel.PACKET)]);
            says(data);
        }
    }

    void closes(long channel) throws IOException {
        Buffer close = message(SshConstants.SSH_MSG_CHANNEL_CLOSE);
        close.putUInt(channel);
        says(close);
    }

    /** Hears that so many bytes more may be sent. */
    void hearsOfMore(long bytes) {
        for (long more = 0; more < bytes; ) {
            Buffer adjust = hears(SshConstants.SSH_MSG_CHANNEL_WINDOW_ADJUST);
            adjust.getUInt();
            more += adjust.getUInt();
        }
    }

    /** All that was said before is heard. */
    void hearsThatItIsHeard() throws IOException {
        Buffer question = message(SshConstants.SSH_MSG_GLOBAL_REQUEST);
        question.putString("keepalive@openssh.com");
        question.putBoolean(true);
        says(question);
        hears(SshConstants.SSH_MSG_REQUEST_FAILURE);
    }

    /** What comes next with a number; others before it are left out. */
    private Buffer hears(int number) {
        Buffer next = hears();
        while (next.getUByte() != number) {
            next = hears();
        }
        return next;
    }

    static byte[] blob(KeyPair key) {
        Buffer blob = new ByteArrayBuffer();
        blob.putRawPublicKey(key.getPublic());
        return blob.getCompactData();
    }

    boolean isOpen() {
        return session.isOpen();
    }


    @Override
    public void close() {
        client.stop();
    }
}
