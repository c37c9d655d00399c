package io.relaygate.plugins.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.plugins.http.rules.Reply;
import io.relaygate.plugins.http.storage.StorageAccount;
import io.relaygate.plugins.http.storage.StorageError;
import io.relaygate.plugins.http.storage.StorageRefusedException;
import io.relaygate.plugins.http.wire.BodyWriter;
import io.relaygate.plugins.http.wire.Buffers;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.Output;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The answers of the gateway itself. Of errors, {@code Proxy-Status} says what has failed (RFC 9209). */
final class OwnAnswer {

    private static final Duration TO_HEAR_IT = Duration.ofSeconds(5);

    private final String name;
    private final ClientSide client;
    private final InstantSource clock;

    OwnAnswer(String name, ClientSide client, InstantSource clock) {
        this.name = name;
        this.client = client;
        this.clock = clock;
    }

    /** What a request is answered with that the core has refused. */
    static FailedException of(RefusedException refused) {
        String why = String.valueOf(refused.getMessage());
        return switch (refused.reason()) {
            case NOT_ALLOWED -> new FailedException(403, "http_request_denied", why, refused);
            case NOT_FOUND -> new FailedException(502, "destination_not_found", why, refused);
            case NO_SITE -> new FailedException(503, "destination_unavailable; next-hop=site", why, refused);
            case NO_RELAY -> new FailedException(503, "destination_unavailable; next-hop=relay", why, refused);
            case UNREACHABLE -> new FailedException(502, "connection_refused; next-hop=destination", why, refused);
            case BUSY -> new FailedException(503, "connection_limit_reached", why, refused);
            case MALFORMED -> new FailedException(502, "http_protocol_error", why, refused);
        };
    }

    /** The request as a storage account takes it, or what it is answered with if it goes no further. */
    static RequestHead toStorage(StorageAccount storage, RequestHead made, InstantSource clock) throws FailedException {
        try {
            return storage.onward(made, clock.instant());
        } catch (StorageRefusedException e) {
            throw new FailedException(e.status(), "http_request_denied", e.why(), e.ending(), e.code());
        } catch (IOException e) {
            throw new FailedException(502, "proxy_internal_error", "the storage account's key cannot be read",
                    new RefusedException(Reason.UNREACHABLE, String.valueOf(e.getMessage()), e));
        }
    }

    /**
     * What a client is told that does not say its request to the end.
     *
     * @param fields what else is done to the answer's
     */
    static byte[] late(String name, ResponseFields fields, Buffers buffers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output output = new Output(out, buffers);
        FailedException late = new FailedException(408, "http_request_error", "the request has not come in time", new SocketTimeoutException("408"));
        try {
            write(name, output::head, output, late, false, fields);
            output.flush();
            output.rest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Answers, and ends the connection so that the client can hear it, whatever it is still sending.
     *
     * @param fields what else is done to the answer's
     * @param listening reads what it sends, if somebody does
     */
    void give(FailedException failure, boolean toHead, ResponseFields fields, @Nullable Upload listening) {
        try {
            write(name, client::tell, client.output(), failure, toHead, fields);
            client.flush();
            client.saidAll(clock.instant().plus(TO_HEAR_IT));
            if (listening == null || listening.awaitEnd(0)) {
                client.listenInVain();
            } else {
                listening.awaitEnd();
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        client.close();
    }

    /**
     * Answers what goes no further, though nothing has failed. The connection goes on if all of the request is here.
     *
     * @param patience how long the client may take to hear it
     * @return whether it goes on
     */
    boolean give(Reply reply, Question question, ResponseFields fields, Duration patience) throws IOException {
        boolean whole = client.body().isHere();
        boolean stays = whole && question.stays();
        byte[] body = reply.body().getBytes(UTF_8);
        boolean silent = question.isHead() || !reply.canHaveBody();
        ResponseHead head = new ResponseHead(
                reply.status(), reason(reply.status()), Version.HTTP_1_1, reply.fields(), silent ? Framing.NONE : new Framing.Length(body.length));
        fields.ofGateway(head);
        if (question.isHead() && reply.canHaveBody()) {
            reply.fields().add("Content-Length", Integer.toString(body.length));
        }
        if (!stays) {
            reply.fields().add("Connection", "close");
        } else if (question.head().isOld()) {
            reply.fields().add("Connection", "keep-alive");
        }
        client.deadline(clock.instant().plus(patience));
        client.tell(head);
        client.output().piece(body, 0, silent ? 0 : body.length);
        client.output().end(new Fields());
        client.flush();
        if (whole) {
            while (client.body().next()) {
                // It is for nobody.
            }
            client.deadline(null);
            return stays;
        }
        client.saidAll(clock.instant().plus(TO_HEAR_IT));
        client.listenInVain();
        return false;
    }

    private interface Begin {
        void head(ResponseHead head) throws IOException;
    }

    private static void write(
            String name, Begin begin, BodyWriter output, FailedException failure, boolean toHead, ResponseFields rules) throws IOException {
        StorageError form = rules.service() == null
                ? null
                : StorageError.of(rules.service(), failure.code(), failure.why(), rules.known().id());
        byte[] body = form == null ? (failure.why() + "\n").getBytes(ISO_8859_1) : form.body();
        Fields fields = (form == null ? new Fields().add("Content-Type", "text/plain") : form.fields())
                .add("Cache-Control", "no-store")
                .add("Proxy-Status", name + "; error=" + failure.error());
        failure.fields().forEach(field -> fields.add(field.name(), field.value()));
        if (toHead) {
            fields.add("Content-Length", Integer.toString(body.length));
        }
        ResponseHead head = new ResponseHead(failure.status(), reason(failure.status()), Version.HTTP_1_1, fields, toHead ? Framing.NONE : new Framing.Length(body.length));
        rules.ofGateway(head);
        fields.add("Connection", "close");
        begin.head(head);
        if (!toHead) {
            output.piece(body, 0, body.length);
        }
        output.end(new Fields());
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 410 -> "Gone";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            case 508 -> "Loop Detected";
            default -> "";
        };
    }
}
