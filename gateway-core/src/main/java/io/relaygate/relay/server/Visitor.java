package io.relaygate.relay.server;

import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.net.WebSocketHandshake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose request was read and is to be answered, once.
 *
 * @param link carries HTTP until the request is granted, WebSocket frames after that
 * @param clock for the Date field
 */
record Visitor(Link link, InstantSource clock) {

    /** How long the answer may take to go out: to a peer that does not read. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private static final Duration LINGER = Duration.ofSeconds(1);

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC);

    /** Grants the request; the link carries frames from here on. */
    void grant(HttpHead request, @Nullable String protocol, List<Field> more) throws IOException {
        List<Field> fields = new ArrayList<>(more);
        fields.add(date());
        if (protocol != null) {
            fields.add(new Field("Sec-WebSocket-Protocol", protocol));
        }
        link.deadline(Instant.now().plus(ANSWER_LIMIT));
        WebSocketHandshake.grant(link, request, fields);
        link.deadline(null);
    }

    /** Refuses the request in the relay's words and closes the connection. */
    void refuse(Answer answer, String resource) {
        refuse(answer.status(), answer.phrase(resource, clock.instant()));
    }

    /** Refuses an HTTP request in the relay's words, also as a JSON body, and closes the connection. */
    void refuseRequest(Answer answer, String resource, boolean withBody) {
        String phrase = answer.phrase(resource, clock.instant());
        tell(() -> say(answer.status(), phrase, "application/json; charset=utf-8", answer.json(phrase), withBody));
    }

    /** Answers an HTTP request in the relay's own words; no other may follow on the connection. */
    void say(int status, String phrase, String type, String text, boolean withBody) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " " + phrase.replaceAll("[^\\x20-\\x7e]", "") + "\r\n"
                + "Date: " + date().value() + "\r\n"
                + "Content-Type: " + type + "\r\n"
                + "Content-Length: " + body.length + "\r\n"
                + "Connection: close\r\n\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        link.write(bytes, 0, bytes.length);
        if (withBody) {
            link.write(body, 0, body.length);
        }
    }

    /** Refuses the request and closes the connection. */
    void refuse(int status, String phrase) {
        tell(() -> WebSocketHandshake.refuse(link, status, phrase, List.of(date())));
    }

    /** Does something once if the sender leaves while nothing is read from its connection; see {@link WatchedLink#watch}. */
    void watch(Runnable action) {
        if (link instanceof WatchedLink watched) {
            watched.watch(action);
        }
    }

    /** Nobody needs to know any more whether the sender leaves. */
    void forget() {
        if (link instanceof WatchedLink watched) {
            watched.forget();
        }
    }

    /** Closes a connection on which an answer has been given. */
    void end() {
        tell(() -> {});
    }

    /** The last words on a connection. */
    private interface Words {
        void say() throws IOException;
    }

    private void tell(Words words) {
        try {
            link.deadline(Instant.now().plus(ANSWER_LIMIT));
            words.say();
            if (link.canFinish()) {
                link.finish();
                // Closing with bytes unread would reset the connection, and the answer might be lost.
                byte[] unread = new byte[4096];
                long end = System.nanoTime() + LINGER.toNanos();
                for (int n = 1; n > 0; ) {
                    Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
                    n = link.awaitReadable(left) ? link.in().read(unread) : 0;
                }
            }
            link.close();
        } catch (IOException e) {
            link.abort();
        }
    }

    /** The time of the answer. */
    Field date() {
        return new Field("Date", DATE.format(clock.instant()));
    }
}
