package com.jcraft.jsch;

import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CreditPipe} says to the peer. JSch's own stream holds the channel's monitor while it waits for TCP, which the thread
 * that reads for all channels needs, and looks ten times a second whether the window is open.
 */
@NullMarked
final class CreditWriter {

    static final int LARGEST = 32 * 1024;

    private static final int HEAD = 14;

    /** What asks for a channel, without its texts. */
    private static final int OPEN = 38;

    private final Session session;
    private final ChannelDirectTCPIP channel;
    private volatile @Nullable IOException broken;
    private volatile @Nullable Instant deadline;

    CreditWriter(Session session, ChannelDirectTCPIP channel) {
        this.session = session;
        this.channel = channel;
    }

    static IOException lost(@Nullable Exception why) {
        return new IOException("the connection through the bastion is lost", why);
    }

    /** From now on whoever waits or writes fails with this, or with what it was told before; {@link #wake} tells those that wait. */
    void fail(IOException why) {
        if (broken == null) {
            broken = why;
        }
    }

    boolean isWhole() {
        return broken == null;
    }

    /**
     * Asks for the channel (RFC 4254 sections 5.1 and 7.2; OpenSSH's PROTOCOL section 2.4). JSch's own packet for a Unix socket has too
     * little room for a path with letters of several bytes.
     */
    void open(DialTarget target) throws IOException {
        byte[] where = Util.str2byte(
                switch (target) {
                    case HostPort host -> host.host();
                    case DialTarget.UnixSocket socket -> socket.path();
                });
        byte[] from = Util.str2byte("127.0.0.1");
        Buffer buffer = new Buffer(OPEN + channel.type.length + where.length + from.length + session.getBufferMargin());
        Packet packet = new Packet(buffer);
        packet.reset();
        buffer.putByte((byte) Session.SSH_MSG_CHANNEL_OPEN);
        buffer.putString(channel.type);
        buffer.putInt(channel.id);
        buffer.putInt(channel.lwsize);
        buffer.putInt(channel.lmpsize);
        buffer.putString(where);
        if (target instanceof HostPort host) {
            buffer.putInt(host.port());
        }
        // Who it is for; to a Unix socket these are reserved.
        buffer.putString(from);
        buffer.putInt(0);
        send(packet);
    }

    /** Waits until the peer has opened the channel or refused to. */
    void awaitAnswer(Instant until) throws IOException {
        synchronized (channel) {
            channel.notifyme++;
            try {
                while (channel.getRecipient() == -1) {
                    requireWhole();
                    pause(until, "the bastion has not said in time whether it is connected");
                }
            } finally {
                channel.notifyme--;
            }
        }
    }

    /** Lets the peer send so much more. */
    void widen(int credit) throws IOException {
        Buffer buffer = new Buffer(HEAD + session.getBufferMargin());
        Packet packet = start(buffer, Session.SSH_MSG_CHANNEL_WINDOW_ADJUST);
        buffer.putInt(credit);
        send(packet);
    }

    /** Writes all of it; waits while the peer's window is closed. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            int part = awaitWindow(length - written);
            Buffer buffer = new Buffer(HEAD + part + session.getBufferMargin());
            Packet packet = start(buffer, Session.SSH_MSG_CHANNEL_DATA);
            buffer.putInt(part);
            buffer.putByte(bytes, offset + written, part);
            send(packet);
            written += part;
        }
    }

    private int awaitWindow(int wanted) throws IOException {
        synchronized (channel) {
            channel.notifyme++;
            try {
                while (true) {
                    requireWhole();
                    if (channel.eof_local) {
                        throw new IOException("this direction has ended");
                    }
                    int largest = Math.min(wanted, Math.min(LARGEST, Math.max(1, channel.rmpsize)));
                    int part = (int) Math.min(largest, channel.rwsize);
                    if (part > 0) {
                        channel.rwsize -= part;
                        return part;
                    }
                    pause(deadline, "the deadline of the connection has passed");
                }
            } finally {
                channel.notifyme--;
            }
        }
    }

    private Packet start(Buffer buffer, int message) {
        Packet packet = new Packet(buffer);
        packet.reset();
        buffer.putByte((byte) message);
        buffer.putInt(channel.getRecipient());
        return packet;
    }

    /** Hands a packet to the session. */
    void send(Packet packet) throws IOException {
        try {
            session.write(packet);
        } catch (Exception e) {
            throw lost(e);
        }
        // JSch drops what is written to a session that is over.
        if (!session.isConnected()) {
            throw lost(null);
        }
    }

    private void requireWhole() throws IOException {
        IOException why = broken;
        if (why != null) {
            throw new IOException(why.getMessage(), why);
        }
    }

    /** With the channel's monitor held. */
    private void pause(@Nullable Instant until, String passed) throws SocketTimeoutException {
        try {
            if (until == null) {
                channel.wait();
                return;
            }
            Duration left = Duration.between(Instant.now(), until);
            if (!left.isPositive()) {
                throw new SocketTimeoutException(passed);
            }
            channel.wait(Math.max(1, left.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("nobody interrupts a session", e);
        }
    }

    /** Ends the direction to the peer. */
    void finish() throws IOException {
        requireWhole();
        channel.eof();
        if (!session.isConnected()) {
            throw lost(null);
        }
    }

    void deadline(@Nullable Instant instant) {
        deadline = instant;
        wake();
    }

    void wake() {
        synchronized (channel) {
            channel.notifyAll();
        }
    }
}
