package io.relaygate.plugins.http;

import io.relaygate.plugins.http.LostException.Side;
import io.relaygate.plugins.http.storage.StorageAccount;
import io.relaygate.plugins.http.wire.BodyReader;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.TruncatedException;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One request and its responses, over one connection to a destination. */
final class Exchange {

    private static final Duration TO_HEAR_IT = Duration.ofSeconds(5);
    private static final long MOMENT = 1000;

    private final HttpHandler route;
    private final Session session;
    private final ClientSide client;
    private final DestinationSide destination;
    private final Question question;
    private final RequestHead onward;
    private final Back back;
    private final Pace pace;
    private final Upload upload;
    private final boolean bodyIsHere;
    private final long connectedAt = System.nanoTime();
    private long answeredAt;
    private int status;
    private long down;

    Exchange(HttpHandler route, Session session, ClientSide client, DestinationSide destination, Question question, RequestHead onward, Back back) {
        this.route = route;
        this.session = session;
        this.client = client;
        this.destination = destination;
        this.question = question;
        this.onward = onward;
        this.back = back;
        this.pace = new Pace(route.clock(), route.settings().timeouts(), client, destination);
        this.bodyIsHere = client.body().isHere();
        this.upload = new Upload(client, destination, pace, route.settings().limits().body());
    }

    /**
     * Runs it.
     *
     * @param storage the account that the destination is, whose other key may be tried; null for none
     * @return whether the client's connection goes on
     * @throws KeyRefusedException if the request can be made again with that key
     * @throws SilentException if the destination's connection has ended without a word, and the request can be made again
     * @throws FailedException if the client is to be told that it failed
     * @throws IOException if it failed when the client had been told something else already, or is gone
     */
    boolean run(@Nullable StorageAccount storage) throws IOException {
        client.whenGone(destination::abort);
        ask();
        ResponseHead answer = firstFinal();
        RequestHead otherwise = storage == null || !bodyIsHere ? null : storage.again(onward, answer);
        if (otherwise != null) {
            destination.abort();
            destination.rest();
            throw new KeyRefusedException(otherwise);
        }
        if (question.head().isTunnel() && answer.status() / 100 == 2) {
            // To the client this would mean that the tunnel begins (RFC 8441 section 5).
            destination.abort();
            throw FailedException.unchanged("the destination does not change to what it is asked for");
        }
        if (answer.status() == 101) {
            change(answer);
            return false;
        }
        return answer(answer);
    }

    Upload upload() {
        return upload;
    }

    /** When there was a connection to the destination ({@link System#nanoTime}). */
    long connectedAt() {
        return connectedAt;
    }

    /** When the final response began; 0 if none has. */
    long answeredAt() {
        return answeredAt;
    }

    /** Of the response that the client was told last; 0 if it was told none. */
    int status() {
        return status;
    }

    /** How many bytes of the response's body were passed on. */
    long down() {
        return down;
    }

    /** The body goes along where it has come with the head; otherwise it goes beside the response. */
    private void ask() throws IOException {
        try {
            destination.ask(onward);
        } catch (IOException e) {
            upload.never();
            throw lost(e);
        }
        if (bodyIsHere) {
            upload.run();
        } else {
            session.fork("request", upload::run);
        }
    }

    private ResponseHead firstFinal() throws IOException {
        destination.beforeWaiting(client::flush);
        try {
            while (true) {
                ResponseHead answer = destination.answer(question.isHead());
                if (!answer.isInterim()) {
                    answeredAt = System.nanoTime();
                    return answer;
                }
                if (question.takesInterim()) {
                    tell(back.interim(answer));
                    client.flush();
                }
            }
        } catch (LostException e) {
            throw e.cause();
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private void tell(ResponseHead head) throws LostException {
        try {
            status = head.status();
            client.tell(head);
        } catch (IOException e) {
            throw new LostException(Side.CLIENT, e);
        }
    }

    /** What it means that no response came. */
    private IOException lost(IOException e) {
        destination.abort();
        // It was set before the upload broke the connection, if that is what has happened.
        IOException fault = upload.failure();
        if (fault != null) {
            return fault;
        }
        try {
            client.requireThere();
        } catch (LostException gone) {
            return new GoneException(gone);
        }
        return switch (e) {
            case FailedException failed -> failed;
            case SocketTimeoutException _ ->
                new FailedException(504, "http_response_timeout", "the destination has not answered in time", e);
            case MalformedException _ -> failed("http_protocol_error", "the destination's answer is not HTTP/1.1", e);
            case TruncatedException cut when !cut.silent() ->
                failed("http_response_incomplete", "the destination's answer ends in its head", e);
            default -> {
                // In TLS 1.3 a server judges the client's certificate once the client believes that the handshake is over.
                FailedException failed = e instanceof SSLException
                        ? failed("tls_protocol_error", "TLS with the destination failed", e)
                        : failed("connection_terminated", "the destination has ended the connection", e);
                yield bodyIsHere && question.head().body() instanceof Framing.None && question.head().isIdempotent()
                        ? new SilentException(failed)
                        : failed;
            }
        };
    }

    /** The client hears what has failed, the operator also how. */
    private static FailedException failed(String error, String what, IOException how) {
        return new FailedException(502, error, what, new IOException(how.getMessage() == null ? what : what + ": " + how.getMessage(), how));
    }

    private boolean answer(ResponseHead answer) throws IOException {
        boolean destinationStays = Back.destinationStays(
                onward, answer, answer.fields().names("Connection", "close"), answer.fields().names("Connection", "keep-alive"));
        boolean early = !upload.isSaid() && !(bodyIsHere && upload.isWhole());
        boolean stays = back.canStay(answer) && !early;
        pace.answers(destination.body().isHere());
        ResponseHead last = back.last(answer, stays);
        try {
            tell(last);
            BodyReader body = destination.body();
            while (body.next()) {
                down += body.pieceLength();
                body.passTo(client.output());
                pace.moved();
            }
            client.output().end(back.trailers(body.trailers()));
            if (!client.hasMore() || early) {
                client.flush();
            }
        } catch (LostException e) {
            destination.abort();
            throw e.cause();
        } catch (IOException e) {
            destination.abort();
            // The client has been told something else already: nothing more can be said.
            throw e instanceof SocketTimeoutException ? e : new IOException(upload.failure() == null ? e : upload.failure());
        }
        if (early) {
            hearOut();
            return false;
        }
        settle(destinationStays);
        return stays;
    }

    /** The answer was there before the question was: the client may still be asking, and must be able to hear the answer. */
    private void hearOut() throws IOException {
        pace.over();
        destination.abort();
        client.saidAll(route.clock().instant().plus(TO_HEAR_IT));
        upload.awaitEnd();
    }

    /** The connection to the destination serves another request, if all of this one is over. */
    private void settle(boolean stays) {
        if (!upload.awaitEnd(bodyIsHere ? 0 : MOMENT)) {
            destination.abort();
            upload.awaitEnd();
        }
        pace.over();
        client.whenGone(null);
        destination.settle(stays && upload.isWhole());
    }

    /** From here on both speak something else. */
    private void change(ResponseHead answer) throws IOException {
        if (question.upgrade() == null
                || !answer.fields().names("Upgrade", question.upgrade())
                || !upload.isWhole()) {
            destination.abort();
            throw FailedException.unchanged("the destination changes to what nobody asked for");
        }
        pace.over();
        session.note("http.upgrade", question.upgrade());
        try {
            status = answer.status();
            client.tell(back.switching(answer, question.upgrade()));
            client.flush();
        } catch (LostException e) {
            throw e.cause();
        }
        if (client instanceof ClientConnection near && destination instanceof DestinationConnection far) {
            far.drainTo(near.connection().out());
            near.drainTo(far.connection().out());
            near.restBuffers();
            far.rest();
            session.splice(near.connection(), far.connection());
        } else {
            new Tunnel(client, destination).run(session);
        }
    }
}
