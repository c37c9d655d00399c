package io.relaygate.plugins.http.wire;

import java.io.IOException;

/** What a peer of HTTP/1.1 says once it speaks something else: bytes to the end. One thread at a time. */
public final class RawReader implements BodyReader {

    private final Input input;
    private final Input.BeforeWaiting patience;
    private int offset;
    private int length;

    /**
     * Behind the last message of this input.
     *
     * @param patience waits until there is something to read, without a buffer
     */
    public RawReader(Input input, Input.BeforeWaiting patience) {
        this.input = input;
        this.patience = patience;
    }

    @Override
    public boolean isHere() {
        return false;
    }

    @Override
    public boolean next() throws IOException {
        if (input.here() == 0) {
            input.rest();
            input.aboutToWait();
            patience.run();
            if (input.fill(input.at()) < 0) {
                length = 0;
                return false;
            }
        }
        offset = input.at();
        length = input.here();
        input.consumeAll();
        return true;
    }

    @Override
    public int pieceLength() {
        return length;
    }

    @Override
    public void passTo(BodyWriter out) throws IOException {
        out.piece(input.bytes(), offset, length);
    }

    @Override
    public boolean isSaid() {
        return false;
    }

    @Override
    public Fields trailers() {
        return new Fields();
    }
}
