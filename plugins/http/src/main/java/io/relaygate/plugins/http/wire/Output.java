package io.relaygate.plugins.http.wire;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes messages in canonical form: one space, one colon and one space, CRLF, and exactly one framing. Gathers what is small until
 * {@link #flush}. One thread at a time.
 */
public final class Output implements BodyWriter {

    private static final byte[] NOTHING = {};
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int CHUNK_LINES = 2 * "\r\n".length() + 8;

    private final OutputStream out;
    private final Buffers buffers;
    private byte[] bytes = NOTHING;
    private int count;
    private boolean chunked;

    /** To this peer. */
    public Output(OutputStream out, Buffers buffers) {
        this.out = out;
        this.buffers = buffers;
    }

    /**
     * Writes a request's head.
     *
     * @param head its fields without any that say the framing; that comes from {@code head.body()}
     */
    public void head(RequestHead head) throws IOException {
        text(head.method());
        put(' ');
        text(head.target());
        text(" HTTP/1.1\r\n");
        fields(head.fields(), head.body());
    }

    /**
     * Writes a response's head, as HTTP/1.1.
     *
     * @param head its fields without any that say the framing; that comes from {@code head.body()}, but for the
     *     {@code Content-Length} of one that has no body
     */
    public void head(ResponseHead head) throws IOException {
        text("HTTP/1.1 ");
        text(Integer.toString(head.status()));
        put(' ');
        text(head.reason());
        text("\r\n");
        fields(head.fields(), head.body());
    }

    private void fields(Fields fields, Framing body) throws IOException {
        for (int i = 0; i < fields.size(); i++) {
            field(fields.get(i));
        }
        chunked = body instanceof Framing.Chunked;
        if (chunked) {
            text("Transfer-Encoding: chunked\r\n");
        } else if (body instanceof Framing.Length(long length)) {
            text("Content-Length: ");
            text(Long.toString(length));
            text("\r\n");
        }
        text("\r\n");
    }

    private void field(Field field) throws IOException {
        text(field.name());
        text(": ");
        text(field.value());
        text("\r\n");
    }

    @Override
    public void piece(byte[] from, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        if (chunked) {
            require(length + CHUNK_LINES);
            chunkSize(length);
            raw(from, offset, length);
            text("\r\n");
        } else {
            raw(from, offset, length);
        }
    }

    private void chunkSize(int length) throws IOException {
        int shift = 28;
        while (shift > 0 && length >>> shift == 0) {
            shift -= 4;
        }
        for (; shift >= 0; shift -= 4) {
            put(HEX[length >>> shift & 0xf]);
        }
        text("\r\n");
    }

    /** Trailers go with a body in chunks alone. */
    @Override
    public void end(Fields trailers) throws IOException {
        if (chunked) {
            text("0\r\n");
            for (Field trailer : trailers) {
                field(trailer);
            }
            text("\r\n");
            chunked = false;
        }
    }

    @Override
    public void flush() throws IOException {
        if (count > 0) {
            int all = count;
            count = 0;
            out.write(bytes, 0, all);
        }
    }

    /** Gives the buffer away; nothing may be left in it. */
    public void rest() {
        if (bytes.length > 0) {
            buffers.give(bytes);
            bytes = NOTHING;
            count = 0;
        }
    }

    /** Makes room for so many bytes, if there ever can be. */
    private void require(int more) throws IOException {
        if (bytes.length == 0) {
            bytes = buffers.take();
        }
        if (bytes.length - count < more) {
            flush();
        }
    }

    private void put(int b) throws IOException {
        require(1);
        bytes[count++] = (byte) b;
    }

    private void text(String text) throws IOException {
        int length = text.length();
        require(length);
        if (length > bytes.length - count) {
            for (int i = 0; i < length; i++) {
                put(text.charAt(i));
            }
            return;
        }
        for (int i = 0; i < length; i++) {
            bytes[count + i] = (byte) text.charAt(i);
        }
        count += length;
    }

    private void raw(byte[] from, int offset, int length) throws IOException {
        require(length);
        if (length > bytes.length - count) {
            out.write(from, offset, length);
        } else {
            System.arraycopy(from, offset, bytes, count, length);
            count += length;
        }
    }
}
