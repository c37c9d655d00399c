package io.relaygate.plugins.ssh.bastion;

import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.apache.sshd.common.util.threads.NoCloseExecutor;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.forward.TcpForwardingFilter;
import org.apache.sshd.server.forward.TcpipServerChannel;

/** An SSH server of the test's own, Apache MINA's, that connects further. */
public final class TestBastion implements AutoCloseable {

    /** Who may log in. */
    public static final KeyPair USER = pair("RSA", 2048);

    private final KeyPair host = pair("EC", 256);
    private final AtomicInteger keysSeen = new AtomicInteger();
    private final int port;
    private SshServer server;
    private final Channels channels = new Channels();

    TestBastion() {
        this(true);
    }

    TestBastion(boolean forwards) {
        server = make(0, forwards);
        start();
        port = server.getPort();
    }

    /**
     * Channels that close on threads that stay for a moment: their own would for a minute, and are made where these cannot be had
     * any more. So nobody ends these: a channel may close after its server has stopped.
     */
    private static final class Channels extends TcpipServerChannel.TcpipFactory {

        private final CloseableExecutorService threads = new NoCloseExecutor(
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 100, TimeUnit.MILLISECONDS, new SynchronousQueue<>()));

        Channels() {
            super(TcpForwardingFilter.Type.Direct);
        }

        @Override
        public CloseableExecutorService getExecutorService() {
            return threads;
        }
    }

    private SshServer make(int at, boolean forwards) {
        SshServer made = SshServer.setUpDefaultServer();
        made.setHost("127.0.0.1");
        made.setPort(at);
        made.setKeyPairProvider(KeyPairProvider.wrap(host));
        made.setPublickeyAuthenticator((user, key, session) -> {
            keysSeen.incrementAndGet();
            return user.equals("relay") && KeyUtils.compareKeys(key, USER.getPublic());
        });
        made.setChannelFactories(List.of(channels));
        made.setForwardingFilter(forwards ? AcceptAllForwardingFilter.INSTANCE : RejectAllForwardingFilter.INSTANCE);
        return made;
    }

    private void start() {
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    SshServer server() {
        return server;
    }

    int port() {
        return port;
    }

    int sessions() {
        return server.getActiveSessions().size();
    }

    int keysSeen() {
        return keysSeen.get();
    }

    String pin() {
        return PublicKeyEntry.toString(host.getPublic());
    }

    String fingerprint() {
        return KeyUtils.getFingerPrint(host.getPublic());
    }

    /** Kills all sessions, and serves no more. */
    void kill() {
        try {
            server.stop(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void restart() {
        server = make(port, true);
        start();
    }

    @Override
    public void close() {
        kill();
    }

    BastionSettings settings() {
        return settings(List.of(pin()), Duration.ofSeconds(15), 4, 64, Duration.ofMinutes(5));
    }

    BastionSettings settings(List<String> pins, Duration keepAlive, int sessions, int channels, Duration idle) {
        return settings(port, pins, keepAlive, sessions, channels, idle);
    }

    static BastionSettings settings(int port, List<String> pins, Duration keepAlive, int sessions, int channels, Duration idle) {
        return new BastionSettings(new HostPort("127.0.0.1", port), "relay", secret(pem(USER)), null, null, null, null, pins, List.of(), List.of(),
                Algorithms.MODERN, keepAlive, sessions, channels, idle);
    }

    /** A private key as PEM writes it. */
    public static String pem(KeyPair pair) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /** A secret of the test's own. */
    public static Secret secret(String value) {
        return new Secret() {
            @Override
            public <T> T with(Function<char[], T> use) {
                return use.apply(value.toCharArray());
            }
        };
    }

    /** A new key. */
    public static KeyPair pair(String kind, int size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(size);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static ServerSocket listen() throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        return socket;
    }
}
