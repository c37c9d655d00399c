package io.relaygate.destination;

import io.relaygate.net.DialAddress;
import io.relaygate.net.SocketLink;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * SQL Browser, which knows the ports of the instances of SQL Server on its host: MC-SQLR, over UDP. A question is asked twice, for a
 * second each, and takes no more than half of the time that there is. What comes from elsewhere the system drops, and what is no
 * answer about the instance is passed over. Any thread.
 */
public final class SqlBrowser {

    /** Where it listens (MC-SQLR 2.1). */
    public static final SqlBrowser USUAL = new SqlBrowser(1434);

    private static final int TIMES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Whoever sends more than this is no SQL Browser. */
    private static final int MOST_WRONG = 16;

    private final int port;

    /** One that listens there: tests have theirs at another port. */
    SqlBrowser(int port) {
        this.port = port;
    }

    /**
     * The TCP port of an instance, 1 to 65535.
     *
     * @param address of its host
     * @throws RefusedException UNREACHABLE if it cannot be had; the message goes on from the instance's name, and says what to do
     */
    public int ask(InetAddress address, DialAddress.Instance instance, Instant deadline) throws IOException {
        InetSocketAddress browser = new InetSocketAddress(address, port);
        byte[] question = BrowserAnswer.question(instance.name());
        Instant begun = Instant.now();
        Duration left = Duration.between(begun, deadline).dividedBy(2L * TIMES);
        Duration each = left.compareTo(PATIENCE) < 0 ? left : PATIENCE;
        String trouble = "does not answer";
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(browser);
            int wrong = 0;
            for (int time = 1; time <= TIMES && wrong < MOST_WRONG; time++) {
                socket.send(new DatagramPacket(question, question.length));
                Instant until = begun.plus(each.multipliedBy(time));
                for (ByteBuffer came = receive(socket, until); came != null && wrong < MOST_WRONG; came = receive(socket, until)) {
                    try {
                        return port(BrowserAnswer.read(came, instance.name()), instance);
                    } catch (IllegalArgumentException e) {
                        trouble = "has sent what " + e.getMessage();
                        wrong++;
                    }
                }
            }
        } catch (PortUnreachableException e) {
            trouble = "is not there";
        } catch (SocketException e) {
            trouble = "cannot be asked: " + e.getMessage();
        }
        throw new RefusedException(Reason.UNREACHABLE, "has no known port: SQL Browser at UDP " + SocketLink.text(browser) + " " + trouble
                + "; it may be stopped, behind a firewall, or know no instance " + instance.name() + ". " + fixed(instance));
    }

    private static int port(BrowserAnswer answer, DialAddress.Instance instance) throws RefusedException {
        Integer port = answer.port();
        if (port == null) {
            throw new RefusedException(Reason.UNREACHABLE, "has no TCP port: TCP/IP is off there, and SQL Server Configuration Manager turns it on. "
                    + fixed(instance));
        }
        return port;
    }

    private static String fixed(DialAddress.Instance instance) {
        return "Where the instance has a fixed port, " + new HostPort(instance.host(), 0).toString().replaceFirst("0$", "PORT") + " needs no SQL Browser";
    }

    /** The next that comes, or null if none does in time. A longer one is cut, and then its length is wrong. */
    private static @Nullable ByteBuffer receive(DatagramSocket socket, Instant until) throws IOException {
        long left = Duration.between(Instant.now(), until).toMillis();
        if (left <= 0) {
            return null;
        }
        DatagramPacket packet = new DatagramPacket(new byte[BrowserAnswer.LARGEST + 1], BrowserAnswer.LARGEST + 1);
        try {
            socket.setSoTimeout((int) left);
            socket.receive(packet);
            return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        } catch (SocketTimeoutException e) {
            return null;
        }
    }
}
