package io.relaygate.net;

import io.relaygate.sdk.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One small request to a web server (RFC 9110, RFC 9112) and its answer, within a size and a time. TLS is always verified, and no
 * redirect is followed.
 */
public final class WebCall {

    private static final int LARGEST = 256 * 1024;

    private final String method;
    private final URI uri;
    private final String fields;
    private final byte[] body;
    private final @Nullable Path caFile;
    private final String accept;
    private final int largest;

    /**
     * Nothing is sent yet.
     *
     * @param method GET or POST
     * @param uri an absolute http or https address with a host
     * @param fields further fields of the head, each a line that ends with CRLF; may be empty
     * @param body what is sent; the caller wipes it
     * @param caFile the authorities to trust, or null for those of the runtime
     */
    public WebCall(String method, URI uri, String fields, byte[] body, @Nullable Path caFile) {
        this(method, uri, fields, body, caFile, "application/json", LARGEST);
    }

    private WebCall(String method, URI uri, String fields, byte[] body, @Nullable Path caFile, String accept, int largest) {
        this.method = method;
        this.uri = uri;
        this.fields = fields;
        this.body = body;
        this.caFile = caFile;
        this.accept = accept;
        this.largest = largest;
    }

    /**
     * Fetching a file.
     *
     * @param caFile the authorities to trust, or null for those of the runtime
     * @param largest how many bytes it may have; all of it is held in memory
     */
    public static WebCall download(URI uri, @Nullable Path caFile, int largest) {
        return new WebCall("GET", uri, "", new byte[0], caFile, "*/*", largest);
    }

    /** Whom it asks. */
    public URI uri() {
        return uri;
    }

    /** What was answered. */
    public static final class Answer {

        private final HttpHead head;
        private final byte[] body;

        private Answer(HttpHead head, byte[] body) {
            this.head = head;
            this.body = body;
        }

        /** Its head. */
        public HttpHead head() {
            return head;
        }

        /** Its body, whole, at most 256 KiB unless more was asked for; not a copy, so that the caller can wipe it if it holds a secret. */
        public byte[] body() {
            return body;
        }
    }

    /** Plain reading. */
    public static WebCall get(URI uri, @Nullable Path caFile) {
        return new WebCall("GET", uri, "", new byte[0], caFile);
    }

    /**
     * Asks. The address that was looked at is the one that is connected to, whatever DNS says next.
     *
     * @param out how servers are reached; http goes straight on, for it is for networks of one's own
     * @throws IOException if there is no whole answer within the time; the message says of which address
     */
    public Answer send(WayOut out, Duration limit, Names.Gate gate) throws IOException {
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() < 0 ? tls ? 443 : 80 : uri.getPort();
        HostPort host = new HostPort(uri.getHost().replaceAll("^\\[|]$", ""), port);
        WayOut way = tls ? out : WayOut.straight();
        try {
            return way.connect(host, Instant.now().plus(limit), gate, (plain, proxied, deadline) -> {
                try (plain; Link link = tls ? secured(plain, host, proxied ? out.caFile() : null, deadline) : plain) {
                    return exchange(link, deadline);
                }
            });
        } catch (IOException e) {
            throw new IOException(uri + ": " + e.getMessage(), e);
        }
    }

    private Link secured(Link plain, HostPort host, @Nullable Path more, Instant deadline) throws IOException {
        SSLEngine engine = Authorities.read(caFile, more).context().createSSLEngine(host.host(), host.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        engine.setSSLParameters(parameters);
        return TlsLink.over(plain, engine, deadline);
    }

    private Answer exchange(Link link, Instant deadline) throws IOException {
        link.deadline(deadline);
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
        String request = method + " " + path + query + " HTTP/1.1\r\nHost: " + uri.getRawAuthority()
                + "\r\nAccept: " + accept + "\r\nUser-Agent: relaygate\r\n" + fields + length + "Connection: close\r\n\r\n";
        link.out().write(request.getBytes(StandardCharsets.US_ASCII));
        link.out().write(body);
        link.out().flush();
        HttpHead head = HttpHead.readResponse(link, HttpHead.DEFAULT_LIMIT);
        return new Answer(head, read(link.in(), head));
    }

    private byte[] read(InputStream in, HttpHead head) throws IOException {
        if (head.status() == 204 || head.status() == 304) {
            return new byte[0];
        }
        if (head.hasWord("Transfer-Encoding", "chunked")) {
            return chunks(in);
        }
        String length = head.field("Content-Length");
        if (length == null) {
            return bounded(in.readNBytes(largest + 1));
        }
        if (!length.matches("[0-9]{1,9}")) {
            throw new IOException("answered with a length that is none");
        }
        byte[] body = in.readNBytes(Math.min(Integer.parseInt(length), largest + 1));
        if (body.length <= largest && body.length < Integer.parseInt(length)) {
            throw new EOFException("the answer is cut off");
        }
        return bounded(body);
    }

    /** Without fields and body, which may hold secrets. */
    @Override
    public String toString() {
        return method + " " + uri;
    }

    private byte[] bounded(byte[] body) throws IOException {
        if (body.length > largest) {
            throw new IOException("answered with more than " + largest + " bytes");
        }
        return body;
    }

    /** RFC 9112 section 7.1; trailers are left unread, for the connection ends here. */
    private byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line(in).replaceFirst("[ \t]*;.*", "");
            if (!size.matches("[0-9A-Fa-f]{1,8}")) {
                throw new IOException("answered with a chunk whose size is none");
            }
            long length = Long.parseLong(size, 16);
            if (length == 0) {
                return body.toByteArray();
            }
            if (body.size() + length > largest) {
                throw new IOException("answered with more than " + largest + " bytes");
            }
            byte[] chunk = in.readNBytes((int) length);
            body.writeBytes(chunk);
            Arrays.fill(chunk, (byte) 0);
            if (chunk.length < length || !line(in).isEmpty()) {
                throw new EOFException("the answer is cut off");
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > 256) {
                throw new EOFException("the answer is cut off, or a line of it too long");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
