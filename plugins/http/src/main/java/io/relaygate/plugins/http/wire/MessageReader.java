package io.relaygate.plugins.http.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What reading requests and reading responses have in common: heads, and bodies piece by piece. One thread at a time. */
abstract sealed class MessageReader implements BodyReader permits RequestReader, ResponseReader {

    /** Fields that no trailer may be: they say framing, routing, who asks, or how to read the body (RFC 9110 section 6.5.1). */
    private static final Set<String> NO_TRAILERS = Set.of(
            "transfer-encoding", "content-length", "host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade",
            "expect", "max-forwards", "authorization", "proxy-authorization", "proxy-authenticate", "www-authenticate", "cookie",
            "set-cookie", "content-encoding", "content-type", "content-range", "range", "cache-control", "age", "expires", "date",
            "location", "retry-after", "vary", "via", "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto",
            "x-forwarded-port", "x-request-id");

    /** By how much the parser may count more than we do. */
    static final int SLACK = 64;

    private final Input input;
    private final Jetty jetty;
    private final Limits limits;
    private final HeadEnd end;
    private int headEnd;
    private Framing body = Framing.NONE;
    private Fields trailers = new Fields();
    private long left;
    private int offset;
    private int length;

    MessageReader(Input input, Jetty jetty, Limits limits) {
        this.input = input;
        this.jetty = jetty;
        this.limits = limits;
        this.end = new HeadEnd(limits, jetty.isOfRequests());
    }

    /** The lines of the next head. The parser gets it once it is whole, and once {@link #confirm} says so. */
    final HeadScanner readHead() throws IOException {
        int start = input.at();
        int seen = start;
        boolean silent = input.here() == 0;
        end.begin(false);
        int found = end.find(input.bytes(), seen, input.end());
        while (found < 0) {
            seen = input.end();
            int moved = input.fill(start);
            if (moved < 0) {
                throw new TruncatedException(silent);
            }
            silent = false;
            start -= moved;
            seen -= moved;
            found = end.find(input.bytes(), seen, input.end());
        }
        headEnd = found;
        return new HeadScanner(input.bytes(), start, found);
    }

    /** Has the parser read the head too, which is good as far as we can see: it must find the same. */
    final void confirm(Fields fields, Framing framing, boolean answersHead) throws MalformedException {
        jetty.begin(answersHead);
        while (!jetty.hasHead() && input.at() < headEnd) {
            jetty.read(input);
        }
        if (!jetty.hasHead() || input.at() != headEnd) {
            throw new MalformedException(400, "a head that ends in two places");
        }
        jetty.require(fields, false);
        trailers = new Fields();
        body = framing;
        left = framing instanceof Framing.Length(long bytes) ? bytes : 0;
    }

    final int mostFields() {
        return limits.fields();
    }

    @Override
    public final boolean isHere() {
        return switch (body) {
            case Framing.None _ -> true;
            case Framing.Length _ -> left <= input.here();
            case Framing.Chunked _, Framing.ToTheEnd _ -> false;
        };
    }

    @Override
    public final boolean isSaid() {
        return jetty.isOver() || (body instanceof Framing.Length && left == 0);
    }

    @Override
    public final boolean next() throws IOException {
        int keep = -1;
        while (!jetty.isOver()) {
            boolean trailing = jetty.isContentOver();
            int before = input.at();
            jetty.read(input);
            if (take(jetty.piece())) {
                return true;
            }
            if (jetty.isContentOver() && !trailing) {
                keep = input.at();
            } else if (!jetty.isOver() && (input.at() == before || input.here() == 0)) {
                keep = waitForMore(keep);
            }
        }
        if (keep >= 0 && body instanceof Framing.Chunked) {
            readTrailers(new HeadScanner(input.bytes(), keep, input.at()));
        }
        return false;
    }

    private boolean take(@Nullable ByteBuffer piece) {
        if (piece == null || !piece.hasRemaining()) {
            return false;
        }
        length = piece.remaining();
        offset = input.at() - length;
        left -= length;
        return true;
    }

    private int waitForMore(int keep) throws IOException {
        if (keep >= 0 && input.here() == 0 && input.end() - keep > limits.head()) {
            throw new MalformedException(400, "the trailers are larger than " + limits.head() + " bytes");
        }
        int moved = input.fill(keep < 0 ? input.at() : keep);
        if (moved >= 0) {
            return keep < 0 ? keep : keep - moved;
        }
        // The parser takes the end within trailers for the end of the message.
        if (!(body instanceof Framing.ToTheEnd)) {
            throw new TruncatedException(false);
        }
        jetty.atTheEnd();
        return keep;
    }

    private void readTrailers(HeadScanner scanner) throws MalformedException {
        trailers = scanner.fields(limits.fields());
        jetty.require(trailers, true);
        for (Field trailer : trailers) {
            if (NO_TRAILERS.contains(trailer.name().toLowerCase(java.util.Locale.ROOT))) {
                throw new MalformedException(400, "a trailer that must be a field of the head");
            }
        }
    }

    @Override
    public final void passTo(BodyWriter out) throws IOException {
        out.piece(input.bytes(), offset, length);
    }

    @Override
    public final int pieceLength() {
        return length;
    }

    @Override
    public final Fields trailers() {
        return trailers;
    }
}
