package io.relaygate.net;

import java.io.IOException;
import java.io.OutputStream;

/** The outgoing direction of a link as a stream. */
final class LinkOutput extends OutputStream {

    private final Link link;

    LinkOutput(Link link) {
        this.link = link;
    }

    @Override
    public void write(int b) throws IOException {
        link.write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        link.write(bytes, offset, length);
    }

    @Override
    public void close() {
        link.close();
    }
}
