package io.relaygate.plugins.ssh.client;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentSocket;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import com.jcraft.jsch.Transport;
import io.relaygate.sdk.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Logs in to one server. Keys, certificates and passwords are read anew each time. Any thread. */
public final class Login {

    private final LoginSettings settings;

    /**
     * As the settings say.
     *
     * @throws IllegalArgumentException if they cannot work, in words for the operator
     */
    public Login(LoginSettings settings) {
        this.settings = settings;
        new HostKeys(settings);
        String who = settings.who();
        if (settings.user().isBlank()) {
            throw new IllegalArgumentException(who + " needs a `user`");
        }
        if (settings.key() == null && (settings.certificate() != null || settings.passphrase() != null)) {
            throw new IllegalArgumentException(who + " has a `certificate` or a `passphrase` without a `key`");
        }
        if (settings.key() == null && settings.agent() == null && settings.password() == null) {
            throw new IllegalArgumentException(who + " needs a `key`, an `agent` or a `password` to log in with");
        }
        try {
            addKey(new JSch());
        } catch (IOException e) {
            throw new IllegalArgumentException(who + ": " + e.getMessage(), e);
        }
    }

    private void addKey(JSch jsch) throws IOException {
        if (settings.key() == null) {
            return;
        }
        byte @Nullable [] certificate = settings.certificate() == null ? null : certificate(settings.certificate());
        byte[] key = settings.key().utf8();
        byte @Nullable [] passphrase = settings.passphrase() == null ? null : settings.passphrase().utf8();
        try {
            jsch.addIdentity(settings.user(), key, certificate, passphrase);
            if (passphrase == null && jsch.getIdentityRepository().getIdentities().stream().anyMatch(each -> each.isEncrypted())) {
                throw new IOException("the key is encrypted and `passphrase` is left out");
            }
        } catch (JSchException e) {
            boolean wrong = String.valueOf(e.getMessage()).contains("passphrase");
            throw new IOException(wrong ? "the passphrase is not that of the key" : "the key cannot be read: " + e.getMessage(), e);
        } finally {
            Arrays.fill(key, (byte) 0);
            if (passphrase != null) {
                Arrays.fill(passphrase, (byte) 0);
            }
        }
    }

    /** The agent's keys after the one that there is: a server takes a few tries only. */
    private static void addAgent(JSch jsch, AgentSocket agent) throws IOException {
        try {
            List<Identity> keys = new AgentIdentityRepository(agent).getIdentities();
            agent.requireAnswered();
            if (keys.isEmpty()) {
                throw new IOException(agent + " has no keys, or there is none");
            }
            for (Identity key : keys) {
                jsch.addIdentity(key, null);
            }
        } catch (JSchException e) {
            throw new IOException(agent + " cannot be asked: " + e.getMessage(), e);
        }
    }

    private static byte[] certificate(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException("cannot read the certificate " + file, e);
        }
    }

    /**
     * Logs in.
     *
     * @param carrier a connection to the server, with a deadline
     * @param in what comes over it
     * @param deadline when to give up
     * @param threads JSch has one for as long as the session lasts
     * @param receiver of what comes then
     * @throws IOException with what is wrong, for people
     */
    Transport over(Connection carrier, InputStream in, Instant deadline, ThreadFactory threads, Transport.Receiver receiver) throws IOException {
        HostKeys keys = new HostKeys(settings);
        JSch jsch = new JSch();
        addKey(jsch);
        AgentSocket agent = settings.agent() == null ? null : new AgentSocket(settings.agent(), deadline, threads);
        try {
            Transport session = new Transport(jsch, settings.user(), settings.host(), receiver);
            if (agent != null) {
                addAgent(jsch, agent);
            }
            session.setHostKeyRepository(keys);
            // Else JSch looks for the authorities of "[host]:port", which certificates do not have.
            session.setHostKeyAlias(settings.host());
            settings.algorithms().limit(session, keys.hasKeys(), keys.hasAuthorities());
            session.setConfig("StrictHostKeyChecking", "yes");
            session.setConfig("host_certificate_to_key_fallback", "no");
            session.setConfig("PreferredAuthentications", settings.password() == null ? "publickey" : "publickey,password,keyboard-interactive");
            if (settings.password() != null) {
                session.setPassword(settings.password().utf8());
            }
            session.setThreadFactory(threads);
            session.setProxy(new Carried(carrier, in));
            session.connect();
            return session;
        } catch (JSchException e) {
            if (agent != null) {
                agent.requireAnswered();
            }
            throw new IOException(inWords(e, keys), e);
        }
    }

    private String inWords(JSchException e, HostKeys keys) {
        String message = String.valueOf(e.getMessage());
        if (keys.shown() != null) {
            return "it shows a key that is none of `hostKeys`: " + keys.shown();
        }
        if (message.startsWith("Rejected certificate") || message.startsWith("rejected HostKey")) {
            return "its certificate does not do: " + message;
        }
        if (message.startsWith("Auth fail") || message.startsWith("Auth cancel")) {
            int methods = message.indexOf('\'');
            return "it does not take the login of '" + settings.user() + "'" + (methods < 0 ? "" : "; it takes " + message.substring(methods));
        }
        if (e.getCause() instanceof SocketTimeoutException) {
            return "it has not let the gateway log in in time";
        }
        if (message.toLowerCase(Locale.ROOT).contains("algorithm negotiation")) {
            return "there is nothing that both it and `algorithms` know: " + message;
        }
        // JSch puts the names of its method and of the exception before what that says.
        String own = e.getCause() instanceof IOException cause ? cause.getMessage() : null;
        return own == null ? message : own;
    }

    /** What JSch takes for a proxy: the connection that there is already. */
    private record Carried(Connection carrier, InputStream in) implements Proxy {

        @Override
        public void connect(@Nullable SocketFactory factory, String host, int port, int timeout) {}

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() {
            return carrier.out();
        }

        @Override
        public @Nullable Socket getSocket() {
            return null;
        }

        @Override
        public void close() {
            carrier.close();
        }
    }
}
