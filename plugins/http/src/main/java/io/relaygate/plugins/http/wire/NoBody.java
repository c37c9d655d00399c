package io.relaygate.plugins.http.wire;

/** The body of a message that has none, though other bytes may follow its head: those of a tunnel. */
public final class NoBody implements BodyReader, BodyWriter {

    /** The only one. */
    public static final NoBody OF_A_TUNNEL = new NoBody();

    private NoBody() {}

    @Override
    public boolean isHere() {
        return true;
    }

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public int pieceLength() {
        return 0;
    }

    @Override
    public void passTo(BodyWriter out) {}

    @Override
    public boolean isSaid() {
        return true;
    }

    @Override
    public Fields trailers() {
        return new Fields();
    }

    @Override
    public void piece(byte[] from, int offset, int length) {
        if (length > 0) {
            throw new IllegalStateException("there is no body");
        }
    }

    @Override
    public void end(Fields trailers) {}

    @Override
    public void flush() {}
}
