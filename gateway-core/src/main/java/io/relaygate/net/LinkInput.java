package io.relaygate.net;

import java.io.IOException;
import java.io.InputStream;

/** The incoming direction of a link as a stream. */
final class LinkInput extends InputStream {

    private final Link link;

    LinkInput(Link link) {
        this.link = link;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return link.read(into, offset, length, Link.FOREVER);
    }

    @Override
    public int available() {
        return link.available();
    }

    @Override
    public void close() {
        link.close();
    }
}
