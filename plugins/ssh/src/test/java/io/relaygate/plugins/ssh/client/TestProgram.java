package io.relaygate.plugins.ssh.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.Signal;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;

/** What the tests' SSH server runs: its first word says what it does. */
final class TestProgram implements Command {

    private final String command;
    private final CountDownLatch destroyed = new CountDownLatch(1);
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private OutputStream error = OutputStream.nullOutputStream();
    private ExitCallback exit = (status, message, now) -> {};

    TestProgram(String command) {
        this.command = command;
    }

    /** What {@code talk} says: the same each time. */
    static byte[] said(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Override
    public void setInputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public void setOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void setErrorStream(OutputStream err) {
        this.error = err;
    }

    @Override
    public void setExitCallback(ExitCallback callback) {
        this.exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
        if (command.equals("shell")) {
            environment.addSignalListener((from, signal) -> tell(signal, environment));
        }
        Thread.ofVirtual().start(() -> {
            try {
                run(channel, environment);
            } catch (IOException e) {
                exit.onExit(255);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void tell(Signal signal, Environment environment) {
        String size = environment.getEnv().get("COLUMNS") + "x" + environment.getEnv().get("LINES");
        try {
            say(signal == Signal.WINCH ? "size " + size : "signal " + signal);
        } catch (IOException e) {
            // The client has left.
        }
    }

    private void say(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void run(ChannelSession channel, Environment environment) throws IOException, InterruptedException {
        String[] words = command.split(" ", -1);
        switch (words[0]) {
            case "cat", "sftp" -> in.transferTo(out);
            case "talk" -> out.write(said(Integer.parseInt(words[1])));
            case "both" -> {
                for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                    OutputStream to = i % 2 == 0 ? out : error;
                    to.write(said(i));
                    to.flush();
                }
            }
            case "shell" -> shell(environment);
            case "hang" -> destroyed.await();
            case "signal" -> {
                signal(channel, words[1]);
                return;
            }
            default -> {}
        }
        out.flush();
        error.flush();
        exit.onExit(words[0].equals("exit") ? Integer.parseInt(words[1]) : 0);
    }

    private void shell(Environment environment) throws IOException {
        Map<String, String> all = new TreeMap<>(environment.getEnv());
        say("environment " + all);
        say("echo " + environment.getPtyModes().get(PtyMode.ECHO));
        while (in.read() >= 0) {
            // Until the client has ended.
        }
    }

    private static void signal(ChannelSession channel, String name) throws IOException {
        Buffer message = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
        message.putUInt(channel.getRecipient());
        message.putString("exit-signal");
        message.putBoolean(false);
        message.putString(name);
        message.putBoolean(true);
        message.putString("it was too much");
        message.putString("en");
        channel.writePacket(message);
        channel.close(false);
    }

    @Override
    public void destroy(ChannelSession channel) {
        destroyed.countDown();
    }
}
