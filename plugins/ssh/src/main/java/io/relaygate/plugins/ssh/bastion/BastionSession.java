package io.relaygate.plugins.ssh.bastion;

import io.relaygate.plugins.ssh.client.ChannelRefusedException;
import io.relaygate.plugins.ssh.client.TargetSession;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** A session with a bastion, and how much it is used. */
final class BastionSession {

    private static final byte[] FROM = "127.0.0.1".getBytes(StandardCharsets.US_ASCII);

    private final TargetSession session;
    private int connections = 1;
    private long unusedSince;
    private long silentAt = -1;

    /** For the one who has logged in, whose connection is counted already. */
    BastionSession(TargetSession session) {
        this.session = session;
    }

    boolean alive() {
        return session.alive();
    }

    /** How many connections it carries, or is to carry. */
    synchronized int connections() {
        return connections;
    }

    synchronized void use() {
        connections++;
    }

    private synchronized void leave() {
        connections--;
        unusedSince = System.nanoTime();
    }

    /** Whether it has said nothing since it last failed to answer: its keep-alive finds out what has become of it. */
    synchronized boolean suspect() {
        return session.heard() == silentAt;
    }

    /** Whether nobody needs it any more. */
    synchronized boolean isUnneeded(Duration idle) {
        return connections == 0 && (suspect() || System.nanoTime() - unusedSince >= idle.toNanos());
    }

    /**
     * Connects to a target; it was counted before, and is no more when the connection is closed, or this fails.
     *
     * @throws RefusedException if the bastion does not connect
     * @throws SocketTimeoutException if the bastion has not answered
     * @throws IOException if the session is lost
     */
    Connection open(DialTarget target, Instant deadline) throws IOException {
        long heard = session.heard();
        boolean open = false;
        try {
            Connection connection = new ChannelConnection(session.open(type(target), openData(target), deadline), this::leave);
            open = true;
            return connection;
        } catch (ChannelRefusedException e) {
            throw new RefusedException(Reason.UNREACHABLE, inWords(e.reason(), target), e);
        } catch (SocketTimeoutException e) {
            suspectSince(heard);
            throw new SocketTimeoutException("the bastion has not said in time whether it is connected");
        } finally {
            if (!open) {
                leave();
            }
        }
    }

    private synchronized void suspectSince(long heard) {
        silentAt = heard;
    }

    private static String type(DialTarget target) {
        return target instanceof HostPort ? "direct-tcpip" : "direct-streamlocal@openssh.com";
    }

    /** RFC 4254 section 7.2; OpenSSH's PROTOCOL section 2.4, where who it is for is reserved. */
    private static byte[] openData(DialTarget target) {
        String where = switch (target) {
            case HostPort host -> host.host();
            case DialTarget.UnixSocket socket -> socket.path();
        };
        byte[] name = where.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 * Integer.BYTES + name.length + FROM.length).putInt(name.length).put(name);
        if (target instanceof HostPort host) {
            data.putInt(host.port());
        }
        data.putInt(FROM.length).put(FROM).putInt(0).flip();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    /** RFC 4254 section 5.1. */
    private static String inWords(int reason, DialTarget target) {
        return switch (reason) {
            case 1 -> "it does not permit connections to " + target;
            case 2 -> "it cannot connect to " + target;
            case 3 -> target instanceof HostPort ? "it does not forward connections" : "it does not forward connections to Unix sockets";
            case 4 -> "it has no room for a connection to " + target;
            default -> "it refuses a connection to " + target + " for reason " + reason;
        };
    }

    /** Ends it, and all its connections with it. Does not wait for the bastion. */
    void close() {
        session.close();
    }
}
