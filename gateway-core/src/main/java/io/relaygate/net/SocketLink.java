package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * A link over a blocking TCP or Unix domain socket. TCP sockets send without delay and are probed after 60 s of
 * silence, every 10 s, six times. Abort resets a TCP connection; a Unix socket has no reset, so its peer sees an end.
 */
public final class SocketLink extends LookAheadLink {

    private static final Pattern ZEROS = Pattern.compile("(?:^|:)0(?::0)+(?=:|$)");
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final SocketChannel channel;
    private final String peer;
    /** Reads with a time limit, for TCP. */
    private final @Nullable InputStream timed;
    /** Waits with a time limit, for Unix. */
    private final @Nullable TimedReceiver receiver;

    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile boolean peerEnded;

    private SocketLink(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(true);
        if (channel.getRemoteAddress() instanceof InetSocketAddress tcp) {
            setTcpOptions(channel);
            this.peer = text(tcp);
            this.timed = channel.socket().getInputStream();
            this.receiver = null;
        } else {
            this.peer = "unix";
            this.timed = null;
            this.receiver = new TimedReceiver(this::receiveBlocking);
        }
        OPEN.incrementAndGet();
    }

    /**
     * Connects.
     *
     * @param to a resolved TCP address, or a Unix one
     * @throws SocketTimeoutException if the deadline passed first
     * @throws IOException that names the address and says why
     */
    public static SocketLink connect(SocketAddress to, Instant deadline) throws IOException {
        return connect(to, deadline, _ -> {});
    }

    /** The same for whoever may want to abort it before it has returned. */
    static SocketLink connect(SocketAddress to, Instant deadline, AddressRace.Early early) throws IOException {
        if (to instanceof InetSocketAddress tcp && tcp.isUnresolved()) {
            throw new UnknownHostException(tcp.getHostString());
        }
        boolean unix = to instanceof UnixDomainSocketAddress;
        SocketChannel channel = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        AtomicBoolean late = new AtomicBoolean();
        Deadlines.Timer timer = Deadlines.shared().at(deadline, () -> {
            late.set(true);
            closeQuietly(channel);
        });
        String name = to instanceof InetSocketAddress tcp ? text(tcp) : "unix:" + to;
        early.abortable(() -> closeQuietly(channel));
        try {
            channel.connect(to);
            timer.cancel();
            return of(channel);
        } catch (IOException e) {
            closeQuietly(channel);
            throw late.get() ? timedOut(name, e) : failed(name, e);
        } finally {
            timer.cancel();
        }
    }

    private static IOException timedOut(String name, IOException cause) {
        SocketTimeoutException timeout = new SocketTimeoutException("connect to " + name + " timed out");
        timeout.initCause(cause);
        return timeout;
    }

    private static IOException failed(String name, IOException cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        ConnectException failure = new ConnectException("connect to " + name + ": " + why);
        failure.initCause(cause);
        return failure;
    }

    /** Takes over a connected channel; on failure the channel is closed. */
    public static SocketLink of(SocketChannel accepted) throws IOException {
        try {
            return new SocketLink(accepted);
        } catch (IOException | RuntimeException e) {
            closeQuietly(accepted);
            throw e;
        }
    }

    private static void setTcpOptions(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
            channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 60);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 10);
            channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 6);
        }
    }

    /** The address in a text that {@link #text} has made, or a relay; null if there is none. */
    public static @Nullable InetSocketAddress address(String text) {
        try {
            HostPort hostPort = HostPort.parse(text);
            return new InetSocketAddress(InetAddress.ofLiteral(hostPort.host()), hostPort.port());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** An address for people: {@code 192.0.2.7:51312}, {@code [2001:db8::7]:51312}. */
    public static String text(InetSocketAddress address) {
        if (address.isUnresolved()) {
            return address.getHostString() + ":" + address.getPort();
        }
        String host = text(address.getAddress());
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** An address for people that no port follows: {@code 192.0.2.7}, {@code 2001:db8::7}. */
    public static String text(InetAddress address) {
        String host = address.getHostAddress();
        int scope = host.indexOf('%');
        return shortened(scope < 0 ? host : host.substring(0, scope));
    }

    /** The JDK prints every group of an IPv6 address; people write the first longest run of zeros as "::". */
    private static String shortened(String ipv6) {
        Matcher runs = ZEROS.matcher(ipv6);
        int start = -1;
        int end = -1;
        while (runs.find()) {
            if (runs.end() - runs.start() - (runs.start() == 0 ? 0 : 1) > end - start - (start == 0 ? 0 : 1)) {
                start = runs.start();
                end = runs.end();
            }
        }
        if (start < 0) {
            return ipv6;
        }
        String after = ipv6.substring(end);
        return ipv6.substring(0, start) + ":" + (after.isEmpty() ? ":" : after);
    }

    /** Who is at the other end, for people: {@code 192.0.2.7:51312}, {@code [::1]:5}, {@code unix}. */
    public String peer() {
        return peer;
    }

    /** How many sockets of this kind are open in the process. */
    public static int open() {
        return OPEN.get();
    }

    @Override
    protected int receive(byte[] into, int offset, int length, Duration limit) throws IOException {
        int n = receiveWithin(limit, into, offset, length);
        peerEnded |= n < 0;
        return n;
    }

    private int receiveWithin(Duration limit, byte[] into, int offset, int length) throws IOException {
        if (receiver != null) {
            return receiver.receive(into, offset, length, limit);
        }
        if (limit.isZero()) {
            return receiveAtOnce(into, offset, length);
        }
        if (timed == null || limit.compareTo(HELD) >= 0) {
            return receiveBlocking(into, offset, length);
        }
        try {
            channel.socket().setSoTimeout(millis(limit));
            return timed.read(into, offset, length);
        } catch (SocketTimeoutException e) {
            return 0;
        }
    }

    @Override
    protected int receiveMore(byte[] into, int offset, int length) throws IOException {
        return timed != null && timed.available() > 0 ? Math.max(0, receiveBlocking(into, offset, length)) : 0;
    }

    /** What has come already; a timeout of a socket could not be shorter than a millisecond. Waits for a write that goes on. */
    private int receiveAtOnce(byte[] into, int offset, int length) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.wrap(into, offset, length));
        } finally {
            if (channel.isOpen()) {
                channel.configureBlocking(true);
            }
        }
    }

    private int receiveBlocking(byte[] into, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(into, offset, length));
    }

    private static int millis(Duration limit) {
        return (int) Math.max(1, limit.toMillis());
    }

    @Override
    protected void send(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    @Override
    public boolean canFinish() {
        return true;
    }

    @Override
    protected void sendEnd() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    protected void shut() {
        if (peerEnded) {
            closeOnce();
            return;
        }
        try {
            sendEnd();
            Linger.then(this::receiveBlocking, this::closeOnce);
        } catch (IOException e) {
            closeOnce();
        }
    }

    @Override
    protected void drop() {
        try {
            if (timed != null) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (ClosedChannelException | SocketException e) {
            // Closed already, or the peer was faster: there is nothing to reset.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            closeOnce();
        }
    }

    private void closeOnce() {
        if (gone.compareAndSet(false, true)) {
            OPEN.decrementAndGet();
        }
        closeQuietly(channel);
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing can be done about a socket that fails to close, and nobody is left to be told.
        }
    }
}
