package io.relaygate.plugins.http.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's parser as something that is asked what comes next. It finds where heads, pieces of bodies, and messages end. What a head
 * says is read by {@link HeadScanner}: the parser takes well-known fields from a table in which case is lost, depending on how the
 * bytes are cut, and writes to the log what clients say; and both must have read the same.
 */
final class Jetty implements HttpParser.RequestHandler, HttpParser.ResponseHandler {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final HttpParser parser;
    private final boolean ofRequests;
    private final List<HttpField> fields = new ArrayList<>();
    private final List<HttpField> trailers = new ArrayList<>();
    private boolean head;
    private boolean contentOver;
    private boolean over;
    private @Nullable ByteBuffer piece;
    private @Nullable MalformedException failure;

    private Jetty(boolean requests, int mostHead) {
        ofRequests = requests;
        parser = requests
                ? new HttpParser((HttpParser.RequestHandler) this, mostHead, HttpCompliance.STRICT)
                : new HttpParser((HttpParser.ResponseHandler) this, mostHead, HttpCompliance.STRICT);
        parser.setHeaderCacheSize(0);
    }

    static Jetty ofRequests(int mostHead) {
        return new Jetty(true, mostHead);
    }

    static Jetty ofResponses(int mostHead) {
        return new Jetty(false, mostHead);
    }

    boolean isOfRequests() {
        return ofRequests;
    }

    /** The next message begins. */
    void begin(boolean answersHead) {
        parser.reset();
        parser.setHeadResponse(answersHead);
        fields.clear();
        trailers.clear();
        head = false;
        contentOver = false;
        over = false;
        piece = null;
        failure = null;
    }

    /**
     * Goes on until something is known or all that is here is consumed.
     *
     * @throws MalformedException if it is no message
     */
    void read(Input input) throws MalformedException {
        ByteBuffer view = input.view();
        piece = null;
        parser.parseNext(view);
        input.consumedTo(view.position());
        fail();
    }

    /** The peer has ended, and with it a body that goes to the end. */
    void atTheEnd() throws MalformedException {
        parser.atEOF();
        while (!over && failure == null && !parser.isClosed()) {
            parser.parseNext(EMPTY);
        }
        fail();
        over = true;
    }

    private void fail() throws MalformedException {
        MalformedException known = failure;
        if (known != null) {
            throw known;
        }
    }

    boolean hasHead() {
        return head;
    }

    boolean isContentOver() {
        return contentOver;
    }

    boolean isOver() {
        return over;
    }

    /** A piece of the body, which lies in the input's bytes; null if none has come. */
    @Nullable ByteBuffer piece() {
        return piece;
    }

    /** Compares what both have read. */
    void require(Fields same, boolean ofTrailers) throws MalformedException {
        List<HttpField> read = ofTrailers ? trailers : fields;
        boolean equal = read.size() == same.size();
        for (int i = 0; equal && i < read.size(); i++) {
            HttpField field = read.get(i);
            String value = field.getValue() == null ? "" : field.getValue();
            equal = same.get(i).is(field.getName()) && same.get(i).value().equalsIgnoreCase(value);
        }
        if (!equal) {
            throw new MalformedException(400, "fields that can be read in two ways");
        }
    }

    @Override
    public void startRequest(String method, String uri, HttpVersion version) {}

    @Override
    public void startResponse(HttpVersion version, int status, String reason) {}

    @Override
    public void parsedHeader(HttpField field) {
        fields.add(field);
    }

    @Override
    public void parsedTrailer(HttpField field) {
        trailers.add(field);
    }

    @Override
    public boolean headerComplete() {
        head = true;
        return true;
    }

    @Override
    public boolean content(ByteBuffer item) {
        piece = item;
        return true;
    }

    @Override
    public boolean contentComplete() {
        contentOver = true;
        return true;
    }

    @Override
    public boolean messageComplete() {
        over = true;
        return true;
    }

    /** A fault inside a body, or the end of the connection. */
    @Override
    public void earlyEOF() {
        failure = new MalformedException(400, "the body's chunks or its trailers are malformed");
    }

    @Override
    public void badMessage(HttpException why) {
        failure = new MalformedException(
                switch (why.getCode()) {
                    case 414, 431, 501, 505 -> why.getCode();
                    default -> 400;
                },
                why.getReason() == null ? "the head is larger than is taken" : "no message of HTTP/1.1");
    }
}
