package io.relaygate.tunnel;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What stands on a carrier: a type (1 byte), a length (3 bytes) and a body, numbers big-endian. Records carry the
 * numbered stream of the lane and are not counted themselves ({@code docs/tunnel.md}, records).
 */
sealed interface CarrierRecord {

    /** The bytes of a type and a length. */
    int HEAD = 4;

    /** The longest body of every record but DATA. */
    int LONGEST = 4096;

    /** The longest body of DATA. */
    int LONGEST_DATA = 1 << 17;

    /** Types from here on may be skipped by who does not know them. */
    int OPTIONAL = 0x80;

    int HELLO = 1;
    int CREATE = 2;
    int CREATED = 3;
    int ATTACH = 4;
    int ATTACHED = 5;
    int GONE = 6;
    int DATA = 16;
    int ACK = 17;
    int PING = 18;
    int PONG = 19;
    int RESET = 20;
    int END = 21;

    int NONCE = 16;
    int SECRET = 32;
    int PROOF = 32;

    /**
     * The site's first word.
     *
     * @param nonce 16 fresh bytes
     * @param window bytes that every new session may send before it has credit
     */
    record Hello(Versions versions, Identity site, Bits nonce, int window) implements CarrierRecord {}

    /** The edge makes a lane. */
    record Create(Versions versions, int version, Identity edge, Bits secret, int window) implements CarrierRecord {}

    /** The lane is made. */
    record Created(long lane) implements CarrierRecord {}

    /** The edge goes on with a lane on this carrier. */
    record Attach(
            Versions versions, int version, Bits site, long lane, long epoch, long received, Bits nonce, Bits proof)
            implements CarrierRecord {}

    /** The site goes on with it. */
    record Attached(long epoch, long received, Bits proof) implements CarrierRecord {}

    /** There is no such lane. */
    record Gone(long lane, String reason) implements CarrierRecord {}

    /** So many bytes of the stream are held in memory. */
    record Ack(long received) implements CarrierRecord {}

    /** A question whether the peer is there. */
    record Ping(long token) implements CarrierRecord {}

    /** Its answer. */
    record Pong(long token) implements CarrierRecord {}

    /** The lane ends by a fault. */
    record Reset(LaneEnd end, String reason) implements CarrierRecord {}

    /** The lane ends cleanly. */
    record End() implements CarrierRecord {}

    /** Head and body as they stand on the carrier. */
    default byte[] encode() {
        Body body = new Body();
        int type = switch (this) {
            case Hello(Versions versions, Identity site, Bits nonce, int window) -> {
                body.versions(versions).text(site.instance()).bytes(site.boot().bytes()).bytes(nonce.bytes()).number(4, window);
                yield HELLO;
            }
            case Create(Versions versions, int version, Identity edge, Bits secret, int window) -> {
                body.versions(versions).number(2, version).text(edge.instance()).bytes(edge.boot().bytes())
                        .bytes(secret.bytes()).number(4, window);
                yield CREATE;
            }
            case Created(long lane) -> {
                body.number(8, lane);
                yield CREATED;
            }
            case Attach(Versions versions, int version, Bits site, long lane, long epoch, long received, Bits nonce, Bits proof) -> {
                body.versions(versions).number(2, version).bytes(site.bytes()).number(8, lane).number(8, epoch)
                        .number(8, received).bytes(nonce.bytes()).bytes(proof.bytes());
                yield ATTACH;
            }
            case Attached(long epoch, long received, Bits proof) -> {
                body.number(8, epoch).number(8, received).bytes(proof.bytes());
                yield ATTACHED;
            }
            case Gone(long lane, String reason) -> {
                body.number(8, lane).text(reason);
                yield GONE;
            }
            case Ack(long received) -> {
                body.number(8, received);
                yield ACK;
            }
            case Ping(long token) -> {
                body.number(8, token);
                yield PING;
            }
            case Pong(long token) -> {
                body.number(8, token);
                yield PONG;
            }
            case Reset(LaneEnd end, String reason) -> {
                body.number(1, end.code()).text(reason);
                yield RESET;
            }
            case End() -> END;
        };
        return body.behindHead(type);
    }

    /**
     * Reads a body.
     *
     * @return null if the type is unknown and may be skipped
     * @throws ProtocolException if it is no body of its type
     */
    static @Nullable CarrierRecord decode(int type, ByteBuffer in) throws ProtocolException {
        try {
            CarrierRecord read = read(type, in);
            if (read == null && type < OPTIONAL) {
                throw new ProtocolException("unknown record type " + type);
            }
            return read;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new ProtocolException("malformed record of type " + type);
        }
    }

    private static @Nullable CarrierRecord read(int type, ByteBuffer in) {
        return switch (type) {
            case HELLO -> new Hello(Versions.read(in), identity(in), bits(in, NONCE), Body.window(in));
            case CREATE -> new Create(
                    Versions.read(in), in.getShort() & 0xffff, identity(in), bits(in, SECRET), Body.window(in));
            case CREATED -> new Created(Body.count(in));
            case ATTACH -> new Attach(
                    Versions.read(in),
                    in.getShort() & 0xffff,
                    bits(in, Identity.BOOT),
                    Body.count(in),
                    Body.count(in),
                    Body.count(in),
                    bits(in, NONCE),
                    bits(in, PROOF));
            case ATTACHED -> new Attached(Body.count(in), Body.count(in), bits(in, PROOF));
            case GONE -> new Gone(Body.count(in), Body.text(in));
            case ACK -> new Ack(Body.count(in));
            case PING -> new Ping(in.getLong());
            case PONG -> new Pong(in.getLong());
            case RESET -> new Reset(LaneEnd.of(in.get() & 0xff), Body.text(in));
            case END -> new End();
            default -> null;
        };
    }

    private static Identity identity(ByteBuffer in) {
        return new Identity(Body.text(in), bits(in, Identity.BOOT));
    }

    private static Bits bits(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new Bits(bytes);
    }

    /** The head of a DATA record, without its body. */
    static byte[] dataHead(int length) {
        return new byte[] {DATA, (byte) (length >> 16), (byte) (length >> 8), (byte) length};
    }
}
