package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.sdk.testkit.Peer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;

/** Frames of HTTP/2 as the tests say and hear them, byte by byte (RFC 9113 section 4.1). */
final class Frames {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RESET = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int WINDOW = 8;

    static final int NOTHING = 0;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    /** What a client begins with. */
    static final byte[] PREFACE = all("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1), frame(SETTINGS, NOTHING, 0));

    /** One that has come. */
    record Frame(int type, int flags, int stream, ByteBuffer payload) {

        /** What is said with four bytes at the end of the payload's first eight: an error, or how much more. */
        int number() {
            return payload.getInt(type == GO_AWAY ? 4 : 0);
        }

        /** How many bytes it carries. */
        int size() {
            return payload.remaining();
        }

        String text() {
            return ISO_8859_1.decode(payload.duplicate()).toString();
        }

        boolean ends() {
            return (flags & END_STREAM) != 0 && (type == DATA || type == HEADERS);
        }
    }

    private final Peer peer;
    private final Map<Integer, StringBuilder> responses = new HashMap<>();
    private final Set<Integer> over = new HashSet<>();
    private final HpackDecoder decoder = new HpackDecoder(65536, System::nanoTime);

    /** Hears what comes to this peer. */
    Frames(Peer peer) {
        this.peer = peer;
    }

    static byte[] all(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16)).putShort((short) payload.length)
                .put((byte) type).put((byte) flags).putInt(stream).put(payload).array();
    }

    static byte[] number(int type, int stream, int number) {
        return frame(type, NOTHING, stream, ByteBuffer.allocate(4).putInt(number).array());
    }

    static byte[] data(int stream, String text, boolean ends) {
        return frame(DATA, ends ? END_STREAM : NOTHING, stream, text.getBytes(ISO_8859_1));
    }

    /** Names and values, each in a literal that no table keeps (RFC 7541 section 6.2.2). */
    static byte[] head(int stream, boolean ends, String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            text(block, fields[i]);
            text(block, fields[i + 1]);
        }
        return frame(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), stream, block.toByteArray());
    }

    private static void text(ByteArrayOutputStream block, String text) {
        int length = text.length();
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            int rest = length - 127;
            for (; rest >= 128; rest /= 128) {
                block.write(rest % 128 + 128);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(ISO_8859_1));
    }

    /** A request for {@code /x} of {@code a}. */
    static byte[] get(int stream, String... more) {
        return request(stream, "GET", true, more);
    }

    static byte[] request(int stream, String method, boolean ends, String... more) {
        String[] fields = new String[8 + more.length];
        System.arraycopy(new String[] {":method", method, ":scheme", "http", ":path", "/x", ":authority", "a"}, 0, fields, 0, 8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return head(stream, ends, fields);
    }

    /** The next frame. */
    Frame next() {
        ByteBuffer head = ByteBuffer.wrap(peer.receives(9));
        int length = (head.get() & 0xff) << 16 | (head.getShort() & 0xffff);
        return new Frame(head.get(), head.get(), head.getInt(), ByteBuffer.wrap(peer.receives(length)));
    }

    /** The next frame of this kind; those of other kinds are passed over. */
    Frame next(int type) {
        Frame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** The status and the fields of a head, or the fields of trailers, a line each. */
    String said(Frame frame) {
        try {
            MetaData said = decoder.decode(frame.payload().duplicate());
            String status = said instanceof MetaData.Response response ? response.getStatus() + "\n" : "";
            StringBuilder text = new StringBuilder(status);
            said.getHttpFields().forEach(field -> text.append(field.getName()).append(": ").append(field.getValue()).append('\n'));
            return text.toString();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The target of a request. */
    String path(Frame frame) {
        try {
            return ((MetaData.Request) decoder.decode(frame.payload().duplicate())).getHttpURI().getPathQuery();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Of a request for a tunnel: its protocol, its target and its authority. */
    String tunnel(Frame frame) {
        try {
            MetaData.ConnectRequest asked = (MetaData.ConnectRequest) new HpackDecoder(65536, System::nanoTime).decode(frame.payload().duplicate());
            return asked.getProtocol() + " " + asked.getHttpURI().getPathQuery() + " " + asked.getHttpURI().getAuthority();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** All of a response: the heads, the body, the trailers. What comes of others meanwhile is kept. */
    String response(int stream) {
        while (!over.contains(stream)) {
            Frame frame = next();
            StringBuilder text = responses.computeIfAbsent(frame.stream(), _ -> new StringBuilder());
            if (frame.type() == HEADERS) {
                text.append(said(frame));
            } else if (frame.type() == DATA) {
                text.append(frame.text());
            } else if (frame.type() == RESET || frame.type() == GO_AWAY) {
                throw new AssertionError("broken off with " + frame.number() + " after " + text);
            }
            if (frame.ends()) {
                over.add(frame.stream());
            }
        }
        return String.valueOf(responses.get(stream));
    }
}
