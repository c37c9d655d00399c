package io.relaygate.relay;

import io.relaygate.net.Link;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How the two ends of azbridge agree on a logical port inside a rendezvous (Azure/azure-relay-bridge 0.9: {@code
 * TcpLocalForwardBridge} and {@code RemoteForwardBridge}; it is written down nowhere else). The sender begins: the version 1 and 0, a mode,
 * 0 for a stream or 1 for datagrams, the length of a name, 0 to 255, and the name in UTF-8. The listener answers with three
 * bytes, or closes where it knows no such name. After that the connection is the client's. Messages have no meaning: all of it is a stream of bytes.
 */
public final class BridgePreamble {

    private static final int LONGEST_NAME = 255;
    private static final int MAJOR = 1;
    private static final int MINOR = 0;
    private static final int DATAGRAMS = 1;

    private BridgePreamble() {}

    /** What a listener answers. */
    public enum Reply {
        /** The connection is a stream to the port's target. */
        STREAM(1, 0, 0),
        /** The version or the mode is not known. */
        OTHER_VERSION(0, 0, 0),
        /** A stream was asked for, and the target takes datagrams. */
        TAKES_DATAGRAMS(0, 0, 1),
        /** Datagrams were asked for, and the target takes a stream. */
        TAKES_A_STREAM(0, 0, 255);

        private final int major;
        private final int minor;
        private final int mode;

        Reply(int major, int minor, int mode) {
            this.major = major;
            this.minor = minor;
            this.mode = mode;
        }

        private byte[] bytes() {
            return new byte[] {(byte) major, (byte) minor, (byte) mode};
        }

        private static @Nullable Reply of(byte[] bytes) {
            for (Reply each : values()) {
                if (Arrays.equals(each.bytes(), bytes)) {
                    return each;
                }
            }
            return null;
        }
    }

    /**
     * What a sender has asked for.
     *
     * @param name the logical port, empty for none; null if nothing can be made of it
     * @param reply what it is to be answered: {@link Reply#STREAM} only if there is a name
     */
    public record Asked(@Nullable String name, Reply reply) {}

    /**
     * As the listener: reads what the sender asks for, and not a byte more.
     *
     * @throws EOFException if it ends before it has asked
     */
    public static Asked read(InputStream in) throws IOException {
        byte[] version = exactly(in, 3);
        if (version[0] != MAJOR || version[1] != MINOR || version[2] < 0 || version[2] > DATAGRAMS) {
            return new Asked(null, Reply.OTHER_VERSION);
        }
        byte[] name = exactly(in, exactly(in, 1)[0] & 0xff);
        if (version[2] == DATAGRAMS) {
            return new Asked(null, Reply.TAKES_A_STREAM);
        }
        try {
            return new Asked(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString(), Reply.STREAM);
        } catch (CharacterCodingException e) {
            return new Asked(null, Reply.OTHER_VERSION);
        }
    }

    /** As the listener: answers. */
    public static void answer(Link link, Reply reply) throws IOException {
        link.write(reply.bytes(), 0, 3);
    }

    /**
     * As the sender: asks for a stream to a logical port, and waits for the answer. The link has no deadline then.
     *
     * @param name at most 255 bytes in UTF-8
     * @throws RefusedException if the listener does not connect it: NOT_FOUND if it has closed without an answer, NOT_ALLOWED if
     *     its answer says why, MALFORMED if it is none, NO_SITE if none has come in time
     */
    public static void ask(Link link, String name, Instant deadline) throws IOException {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > LONGEST_NAME) {
            throw new IllegalArgumentException("a logical port of azbridge has at most " + LONGEST_NAME + " bytes");
        }
        byte[] preamble = ByteBuffer.allocate(4 + utf8.length)
                .put((byte) MAJOR).put((byte) MINOR).put((byte) 0).put((byte) utf8.length).put(utf8).array();
        byte[] answer;
        link.deadline(deadline);
        try {
            link.write(preamble, 0, preamble.length);
            answer = link.in().readNBytes(3);
        } catch (SocketTimeoutException e) {
            throw new RefusedException(Reason.NO_SITE, "the listener has not answered azbridge's preamble in time; does it speak `wire: azbridge`?", e);
        }
        link.deadline(null);
        if (answer.length < 3) {
            throw new RefusedException(Reason.NOT_FOUND, "the listener has closed without an answer: it knows no logical port '" + name
                    + "', or cannot connect it");
        }
        RefusedException refusal = refusal(Reply.of(answer), name);
        if (refusal != null) {
            throw refusal;
        }
    }

    private static @Nullable RefusedException refusal(@Nullable Reply reply, String name) {
        return switch (reply) {
            case STREAM -> null;
            case OTHER_VERSION -> new RefusedException(Reason.NOT_ALLOWED, "the listener speaks another version of azbridge's preamble");
            case TAKES_DATAGRAMS -> new RefusedException(Reason.NOT_ALLOWED, "the listener's logical port '" + name + "' takes UDP only");
            case TAKES_A_STREAM -> new RefusedException(Reason.NOT_ALLOWED, "the listener takes a stream and says that it was asked for datagrams");
            case null -> new RefusedException(Reason.MALFORMED, "the listener's answer is none of azbridge's; does it speak `wire: azbridge`?");
        };
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the sender has ended within azbridge's preamble");
        }
        return bytes;
    }
}
