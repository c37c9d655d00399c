package io.relaygate.plugins.ssh.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;

/** An SSH server behind the gateway, Apache MINA's, with programs of its own. */
final class TestTarget implements AutoCloseable {

    private final KeyPair host = Keys.ec();
    private final AtomicInteger keysSeen = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final SshServer server = SshServer.setUpDefaultServer();

    TestTarget() throws IOException {
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setPublickeyAuthenticator((user, key, session) -> {
            keysSeen.incrementAndGet();
            return user.equals("app") && KeyUtils.compareKeys(key, Keys.GATEWAY.getPublic());
        });
        server.setCommandFactory((channel, command) -> new Program(command));
        server.setShellFactory(channel -> new Program("shell"));
        server.setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
        server.start();
    }

    int port() {
        return server.getPort();
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

    /** Kills all sessions, and serves no more. */
    void kill() throws IOException {
        server.stop(true);
    }

    @Override
    public void close() throws IOException {
        over.countDown();
        server.stop(true);
    }

    static byte[] said(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    /** What a command does, by its first word. */
    private final class Program implements Command {

        private final List<String> words;
        private InputStream in = InputStream.nullInputStream();
        private OutputStream out = OutputStream.nullOutputStream();
        private OutputStream err = OutputStream.nullOutputStream();
        private ExitCallback exit = (status, message, immediately) -> {};

        Program(String command) {
            words = List.of(command.split(" ", -1));
        }

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = stream;
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession on, Environment environment) {
            Map<String, String> variables = Map.copyOf(environment.getEnv());
            Thread.ofVirtual().start(() -> {
                try {
                    exit.onExit(run(variables));
                } catch (IOException e) {
                    exit.onExit(255, String.valueOf(e.getMessage()));
                }
            });
        }

        private int run(Map<String, String> variables) throws IOException {
            switch (words.getFirst()) {
                case "exit" -> {
                    return Integer.parseInt(words.get(1));
                }
                case "say" -> {
                    out.write((words.get(1) + "\n").getBytes(UTF_8));
                    err.write((words.get(2) + "\n").getBytes(UTF_8));
                }
                case "cat" -> in.transferTo(out);
                case "count" -> out.write(Long.toString(in.transferTo(OutputStream.nullOutputStream())).getBytes(UTF_8));
                case "talk" -> out.write(said(Integer.parseInt(words.get(1))));
                case "env" -> out.write(String.valueOf(variables.get(words.get(1))).getBytes(UTF_8));
                case "wait" -> {
                    out.write('.');
                    out.flush();
                    await();
                }
                case "shell" -> {
                    out.write(("term " + variables.get("TERM") + " " + variables.get("COLUMNS") + "x" + variables.get("LINES") + "\n").getBytes(UTF_8));
                    out.flush();
                    byte[] typed = new byte[1024];
                    for (int n = in.read(typed); n >= 0; n = in.read(typed)) {
                        out.write(typed, 0, n);
                        out.flush();
                    }
                }
                default -> err.write("not found\n".getBytes(UTF_8));
            }
            out.flush();
            err.flush();
            return 0;
        }

        private void await() {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void destroy(ChannelSession on) {}
    }
}
