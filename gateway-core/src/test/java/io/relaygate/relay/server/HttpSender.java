package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;

/** Who sends HTTP requests to a relay on one connection, byte by byte. */
final class HttpSender {

    final Link link;

    private HttpSender(Link link) {
        this.link = link;
    }

    static HttpSender of(RelayFixture relay) throws IOException {
        return new HttpSender(RawClient.tls(relay));
    }

    /** Sends; every {@code ~} is the end of a line. */
    HttpSender send(String text) throws IOException {
        return sendRaw(text.replace("~", "\r\n").getBytes(ISO_8859_1));
    }

    HttpSender sendRaw(byte[] bytes) throws IOException {
        link.write(bytes, 0, bytes.length);
        return this;
    }

    HttpHead head() throws IOException {
        return HttpHead.readResponse(link, 64 * 1024);
    }

    /** One chunk, empty at the end of the body. */
    byte[] chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        byte[] chunk = exactly(size);
        if (!line().isEmpty()) {
            throw new IOException("the chunk does not end");
        }
        return chunk;
    }

    /** All of a body after a head. */
    byte[] body(HttpHead head) throws IOException {
        String length = head.field("Content-Length");
        if (length != null) {
            return exactly(Integer.parseInt(length));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
            all.writeBytes(chunk);
        }
        return all.toByteArray();
    }

    String text(HttpHead head) throws IOException {
        return new String(body(head), ISO_8859_1);
    }

    private byte[] exactly(int size) throws IOException {
        byte[] bytes = link.in().readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the body is cut off");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = link.in().read(); c != '\n'; c = link.in().read()) {
            if (c < 0) {
                throw new EOFException("the body is cut off");
            }
            line.append((char) c);
        }
        return line.toString().stripTrailing();
    }
}
