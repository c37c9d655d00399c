package io.relaygate.plugins.http.wire;

import java.io.IOException;

/** Reads the responses of a destination, one after the other, each to its end. */
public final class ResponseReader extends MessageReader {

    /** Responses that come by this input. */
    public ResponseReader(Input input, Limits limits) {
        super(input, Jetty.ofResponses(limits.line() + limits.head() + SLACK), limits);
    }

    /**
     * Reads the next head.
     *
     * @param answersHead whether it answers a HEAD request, and so has no body whatever it says
     * @throws MalformedException if it is none
     * @throws TruncatedException if the destination has ended before its end
     */
    public ResponseHead head(boolean answersHead) throws IOException {
        HeadScanner scanner = readHead();
        int minor = scanner.minor();
        int status = scanner.status();
        String reason = scanner.reason();
        Fields fields = scanner.fields(mostFields());
        for (Field host : fields.all("Host")) {
            // It says nothing here; of one that is none the parser would tell the log.
            Authority.parse(host.value());
        }
        Framing body = Framings.ofResponse(fields, minor, status, answersHead);
        confirm(fields, body, answersHead);
        fields.remove("Transfer-Encoding");
        if (!(body instanceof Framing.None) || status < 200 || status == 204) {
            fields.remove("Content-Length");
        }
        return new ResponseHead(status, reason, Version.ofMinor(minor), fields, body);
    }
}
