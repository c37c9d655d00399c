package io.relaygate.plugins.ssh.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.sdk.Credential;
import io.relaygate.sdk.Credential.Kind;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;

/**
 * {@code ssh-userauth} (RFC 4252, RFC 4256): reads what a client shows, and has the core judge it with all that it has shown before. One
 * thread, the one that reads from the client.
 */
final class Authentication extends AbstractCloseable implements Service {

    static final String NAME = "ssh-userauth";

    private static final int LONGEST_NAME = 255;

    /** Clients offer each key that they have. */
    private static final int MOST_REQUESTS = 64;

    private static final int LONGEST_SECRET = 4096;

    private final SshSession transport;
    private final Visit visit;
    private final Shown shown;
    private Targets.@Nullable Asked asked;
    private @Nullable Kind prompted;
    private boolean greeted;
    private int requests;
    private int failures;

    Authentication(SshSession transport, Visit visit) {
        this.transport = transport;
        this.visit = visit;
        this.shown = new Shown(visit.session());
    }

    @Override
    public Session getSession() {
        return transport;
    }

    @Override
    public Map<String, Object> getProperties() {
        return Map.of();
    }

    @Override
    public void start() {}

    @Override
    public void process(int command, Buffer buffer) throws Exception {
        transport.heard();
        switch (command) {
            case SshConstants.SSH_MSG_USERAUTH_REQUEST -> request(buffer);
            case SshConstants.SSH_MSG_USERAUTH_INFO_RESPONSE -> response(buffer);
            default -> throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "message " + command + " before the login");
        }
    }

    private void request(Buffer buffer) throws Exception {
        String user = buffer.getString(UTF_8);
        String service = buffer.getString(UTF_8);
        String method = buffer.getString(UTF_8);
        prompted = null;
        if (!service.equals(Channels.NAME)) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_SERVICE_NOT_AVAILABLE, "there is no service but " + Channels.NAME);
        }
        if (user.length() > LONGEST_NAME) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_ILLEGAL_USER_NAME, "a user name of more than " + LONGEST_NAME + " letters");
        }
        if (asked != null && !asked.user().equals(user)) {
            shown.close();
            throw new SshException(SshConstants.SSH2_DISCONNECT_ILLEGAL_USER_NAME, "the user name has changed during the login");
        }
        if (++requests > MOST_REQUESTS) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE, "too many attempts to log in");
        }
        if (asked == null) {
            asked = visit.asked(user);
        }
        greet();
        switch (method) {
            case "publickey" -> publicKey(user, service, buffer);
            case "password" -> password(buffer);
            case "keyboard-interactive" -> prompt();
            default -> fail(false);
        }
    }

    private void greet() throws IOException {
        String banner = visit.banner();
        if (!greeted && banner != null) {
            Buffer message = transport.createBuffer(SshConstants.SSH_MSG_USERAUTH_BANNER, banner.length() + Long.SIZE);
            message.putString(banner.endsWith("\n") ? banner : banner + "\n", UTF_8);
            message.putString("");
            transport.writePacket(message);
        }
        greeted = true;
    }

    private void publicKey(String user, String service, Buffer buffer) throws Exception {
        boolean signed = buffer.getBoolean();
        String algorithm = buffer.getString(UTF_8);
        byte[] blob = buffer.getBytes();
        SignedKey key = SignedKey.of(algorithm, blob);
        if (key == null) {
            fail(false);
        } else if (!signed) {
            if (!shown.wouldDo(key.asCredential(caller(), false))) {
                fail(false);
                return;
            }
            Buffer message = transport.createBuffer(SshConstants.SSH_MSG_USERAUTH_PK_OK, blob.length + Long.SIZE);
            message.putString(algorithm);
            message.putBytes(blob);
            transport.writePacket(message);
        } else if (key.isSigned(transport, user, service, algorithm, buffer.getBytes())) {
            judge(key.asCredential(caller(), true));
        } else {
            failed();
        }
    }

    private void password(Buffer buffer) throws Exception {
        boolean change = buffer.getBoolean();
        SentSecret secret = secret(buffer);
        if (secret == null) {
            failed();
        } else if (change) {
            secret.close();
            failed();
        } else {
            judge(new Credential.Password(caller(), secret));
        }
    }

    /** Reads a secret, and wipes it where it was; null if it can be none. */
    private static @Nullable SentSecret secret(Buffer buffer) {
        byte[] sent = buffer.getBytes();
        Arrays.fill(buffer.array(), buffer.rpos() - sent.length, buffer.rpos(), (byte) 0);
        if (sent.length > LONGEST_SECRET) {
            Arrays.fill(sent, (byte) 0);
            return null;
        }
        try {
            return SentSecret.ofUtf8(sent);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Asks for what is needed next, one thing after the other. */
    private void prompt() throws Exception {
        if (shown.next().contains(Kind.PASSWORD)) {
            prompt(Kind.PASSWORD, "Password: ");
        } else if (shown.next().contains(Kind.ONE_TIME_CODE)) {
            prompt(Kind.ONE_TIME_CODE, "Verification code: ");
        } else {
            fail(false);
        }
    }

    private void prompt(Kind kind, String text) throws IOException {
        prompted = kind;
        Buffer message = transport.createBuffer(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST, Long.SIZE);
        message.putString("");
        message.putString("");
        message.putString("");
        message.putInt(1);
        message.putString(text);
        message.putBoolean(false);
        transport.writePacket(message);
    }

    private void response(Buffer buffer) throws Exception {
        Kind kind = prompted;
        prompted = null;
        if (kind == null || buffer.getInt() != 1) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_PROTOCOL_ERROR, "an answer to what was not asked");
        }
        SentSecret secret = secret(buffer);
        if (secret == null) {
            failed();
            return;
        }
        Verdict verdict = shown.judge(
                kind == Kind.PASSWORD ? new Credential.Password(caller(), secret) : new Credential.OneTimeCode(caller(), secret));
        if (verdict instanceof Verdict.Incomplete incomplete && incomplete.next().contains(Kind.ONE_TIME_CODE)) {
            prompt();
        } else {
            judged(verdict);
        }
    }

    private void judge(Credential fresh) throws Exception {
        judged(shown.judge(fresh));
    }

    private void judged(Verdict verdict) throws Exception {
        switch (verdict) {
            case Verdict.Accepted(var caller) -> {
                Targets.Asked whom = asked();
                String how = String.join(" + ", shown.kinds());
                shown.close();
                visit.loggedIn(caller, whom, how);
                transport.signalAuthenticationSuccess(whom.user(), Channels.NAME, transport.createBuffer(SshConstants.SSH_MSG_IGNORE));
            }
            case Verdict.Incomplete _ -> fail(true);
            case Verdict.Refused _ -> failed();
        }
    }

    private Targets.Asked asked() {
        Targets.Asked known = asked;
        if (known == null) {
            throw new IllegalStateException("nobody has asked to log in");
        }
        return known;
    }

    private String caller() {
        return asked().caller();
    }

    /** Something was wrong, and it is not said what. */
    private void failed() throws Exception {
        visit.evidence().login("failed");
        if (++failures >= visit.tries()) {
            throw new SshException(SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE, "too many logins have failed");
        }
        fail(false);
    }

    /** Says what can be shown next. */
    private void fail(boolean partial) throws IOException {
        Buffer message = transport.createBuffer(SshConstants.SSH_MSG_USERAUTH_FAILURE, Long.SIZE);
        message.putString(shown.methods());
        message.putBoolean(partial);
        transport.writePacket(message);
    }

    @Override
    protected void doCloseImmediately() {
        shown.close();
        super.doCloseImmediately();
    }
}
