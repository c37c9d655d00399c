package io.relaygate.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.Deadlines;
import io.relaygate.net.FrameReader;
import io.relaygate.net.FrameWriter;
import io.relaygate.net.HttpBody;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.RelayEnd.Answered;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One HTTP request of a relay, with a session that goes byte by byte and a relay that goes frame by frame. */
@Timeout(60)
class RequestOfferTest {

    private static final String ADDRESS = "wss://g1.example/$hc/web?sb-hc-action=request";
    private static final byte[] NONE = {};

    private final Threads threads = new Threads(0);
    private final RelayEnd relay = new RelayEnd();

    @AfterEach
    void leavesNothing() {
        relay.abort();
        await().untilAsserted(() -> {
            assertThat(threads.alive()).as("threads").isZero();
            assertThat(Buffers.outstanding()).as("buffers").isZero();
        });
        threads.close();
    }

    private static Call call(String method, boolean body, String... fields) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Host", "web.example");
        for (int i = 0; i < fields.length; i += 2) {
            headers.put(fields[i], fields[i + 1]);
        }
        return new Call(method, "/web/a?b=c", headers, "192.0.2.7", 4711, body);
    }

    private RequestOffer offer(Call call, byte[] body) {
        return new RequestOffer(new Request(ADDRESS, "id-1", call), body, "ns.example", relay, threads, Deadlines.shared());
    }

    private RequestOffer get() {
        return offer(call("GET", false), NONE);
    }

    /** Accepts it, and reads the head of what it asks. */
    private static Link asked(RequestOffer offer) throws IOException {
        offer.fetch(soon());
        Link session = offer.accept(soon());
        session.deadline(soon());
        return session;
    }

    private static Instant soon() {
        return Instant.now().plusSeconds(20);
    }

    /** Answers; every tilde is the end of a line. The session is over then. */
    private static void answers(RequestOffer offer, Link session, String head, byte[] body) throws IOException {
        HttpHead.readRequest(session, 65536);
        session.out().write(head.replace("~", "\r\n").getBytes(ISO_8859_1));
        session.out().write(body);
        session.close();
        offer.over(null);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Test
    void requestIsSaidInHttp1WithoutWhatIsOfOneConnection() throws Exception {
        RequestOffer offer = offer(call("POST", true, "X-Two", "1, 2", "Connection", "x-hop", "X-Hop", "1", "Upgrade", "h9", "Expect", "100-continue",
                "ServiceBusAuthorization", "secret", "Authorization", "Basic eDp5", "Content-Length", "9", "Transfer-Encoding", "gzip", "Close", "x"),
                "hello".getBytes(UTF_8));
        Link session = asked(offer);
        assertThat(offer.remote()).isEqualTo("192.0.2.7:4711");
        assertThat(offer.headers()).containsEntry("X-Two", "1, 2");
        String whole = "POST /web/a?b=c HTTP/1.1\r\nAuthorization: Basic eDp5\r\nHost: web.example\r\nX-Two: 1, 2\r\nConnection: close\r\n"
                + "Content-Length: 5\r\n\r\nhello";
        assertThat(new String(session.in().readNBytes(whole.length()), UTF_8)).isEqualTo(whole);
        session.out().write("HTTP/1.1 204 No\r\n\r\n".getBytes(UTF_8));
        session.close();
        offer.over(null);
        assertThat(relay.onChannel().head()).isEqualTo(new ControlMessage.Response("id-1", 204, "No", Map.of(), false));
        assertThat(relay.isOver()).isTrue();
    }

    @Test
    void requestThatSaysNoHostIsForTheNamespace() throws Exception {
        RequestOffer offer = offer(new Call("PUT", "/web/\u00e9 x", Map.of(), "2001:db8::1", 1, false), NONE);
        Link session = asked(offer);
        assertThat(offer.remote()).isEqualTo("[2001:db8::1]:1");
        HttpHead head = HttpHead.peekRequest(session, 65536);
        assertThat(head.field("Host")).isEqualTo("ns.example");
        assertThat(head.target()).isEqualTo("/web/%C3%A9%20x");
        assertThat(head.field("Content-Length")).isEqualTo("0");
        answers(offer, session, "HTTP/1.1 200 OK~Content-Length: 0~~", NONE);
        assertThat(relay.onChannel().head().body()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', /a, x, y", "GET x, /a, x, y", "CONNECT, /a, x, y", "GET, a, x, y", "GET, *, x, y", "GET, /a, x y, z", "GET, /a, '', z"})
    void requestThatCannotBeIsRefused(String method, String target, String name, String value) throws Exception {
        RequestOffer offer = offer(new Call(method, target, Map.of(name, value), "", 0, false), NONE);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> offer.fetch(soon())).matches(e -> e.reason() == Reason.MALFORMED);
        offer.reject(new RefusedException(Reason.MALFORMED, "that cannot be"));
        offer.reject(503, "only the first counts");
        Answered answer = relay.onChannel();
        assertThat(answer.head().status()).isEqualTo(400);
        assertThat(answer.text()).isEqualTo("that cannot be\n");
        assertThat(relay.isOver()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\nb", "a\u0000", "\u007f"})
    void fieldCannotSmuggleAnother(String value) {
        RequestOffer offer = offer(call("GET", false, "X", value), NONE);
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> offer.fetch(soon())).matches(e -> e.reason() == Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_535, 65_536})
    void smallAnswerGoesOnTheControlChannel(int size) throws Exception {
        RequestOffer offer = get();
        byte[] body = bytes(size);
        answers(offer, asked(offer), "HTTP/1.1 200 OK~Content-Length: " + size + "~Connection: close, x-a~X-A: 1~Set-Cookie: a=1~Set-Cookie: b=2~~", body);
        Answered answer = relay.onChannel();
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.head()).isEqualTo(new ControlMessage.Response("id-1", 200, "OK", Map.of("Set-Cookie", "a=1, b=2"), true));
        assertThat(relay.wasOpened()).isFalse();
    }

    @Test
    void chunkedAnswerThatIsSmallDoesToo() throws Exception {
        for (int size : new int[] {1, 65_536}) {
            RelayEnd end = new RelayEnd();
            RequestOffer offer = new RequestOffer(new Request(ADDRESS, "id-2", call("GET", false)), NONE, "ns", end, threads, Deadlines.shared());
            byte[] body = bytes(size);
            ByteArrayOutputStream chunks = new ByteArrayOutputStream();
            chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(UTF_8));
            chunks.writeBytes(body);
            chunks.writeBytes("\r\n0\r\nX-Trailer: 1\r\n\r\n".getBytes(UTF_8));
            answers(offer, asked(offer), "HTTP/1.1 103 Early~Link: x~~HTTP/1.1 200 OK~Transfer-Encoding: chunked~Trailer: X-Trailer~~", chunks.toByteArray());
            Answered answer = end.onChannel();
            assertThat(answer.body()).isEqualTo(body);
            assertThat(answer.head().headers()).isEmpty();
            assertThat(end.wasOpened()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65_537, 200_000})
    void largeAnswerGoesOverTheRendezvousInFramesOf64Kib(int size) throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        byte[] body = bytes(size);
        threads.start("session", () -> quietly(() -> answers(offer, session, "HTTP/1.1 200 OK~Content-Length: " + size + "~~", body)));
        assertThat(relay.onRendezvous().body()).isEqualTo(body);
        assertThat(relay.frames).allMatch(frame -> frame <= 65_536);
        assertThat(relay.saidNothingOnChannel()).isTrue();
    }

    @Test
    void answerWhoseEndIsThatOfTheConnectionIsWhole() throws Exception {
        RequestOffer offer = get();
        answers(offer, asked(offer), "HTTP/1.1 200 OK~~", "to the end".getBytes(UTF_8));
        assertThat(relay.onChannel().text()).isEqualTo("to the end");
    }

    @Test
    void longHeadGoesOverTheRendezvous() throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        String quotes = "\"".repeat(40_000);
        threads.start("session", () -> quietly(() -> answers(offer, session, "HTTP/1.1 200 OK~X: " + quotes + "~Content-Length: 1~~", new byte[] {65})));
        Answered answer = relay.onRendezvous();
        assertThat(answer.head().headers()).containsEntry("X", quotes);
        assertThat(answer.text()).isEqualTo("A");
    }

    @Test
    void answerThatHasNotEndedInTwoSecondsGoesOnOverTheRendezvousAsItComes() throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        HttpHead.readRequest(session, 65536);
        session.out().write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n".getBytes(UTF_8));
        await().until(relay::wasOpened);
        assertThat(new String(relay.message(FrameReader.TEXT), UTF_8)).contains("\"statusCode\":200");
        byte[] piece = new byte[3];
        assertThat(relay.reader.next(Link.FOREVER)).isEqualTo(FrameReader.BINARY);
        assertThat(relay.reader.payload(piece, 0, 3, Link.FOREVER)).isEqualTo(3);
        assertThat(piece).isEqualTo("one".getBytes(UTF_8));
        session.out().write("3\r\ntwo\r\n0\r\n\r\n".getBytes(UTF_8));
        assertThat(relay.reader.next(Link.FOREVER)).isEqualTo(FrameReader.CONTINUATION);
        assertThat(relay.reader.payload(piece, 0, 3, Link.FOREVER)).isEqualTo(3);
        assertThat(piece).isEqualTo("two".getBytes(UTF_8));
        session.close();
        offer.over(null);
        assertThat(relay.reader.next(Link.FOREVER)).isEqualTo(FrameReader.CONTINUATION);
        assertThat(relay.reader.last() && relay.reader.remaining() == 0).isTrue();
        relay.close();
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 204", "GET, 304", "HEAD, 404"})
    void answerWithoutABodyHasNone(String method, int status) throws Exception {
        RequestOffer offer = offer(call(method, false), NONE);
        answers(offer, asked(offer), "HTTP/1.1 " + status + " X~Content-Length: 5000~~", NONE);
        Answered answer = relay.onChannel();
        assertThat(answer.head().body()).isFalse();
        assertThat(answer.head().status()).isEqualTo(status);
    }

    private RequestOffer toFetch(String target, boolean body) throws IOException {
        relay.text(new Request(ADDRESS, "id-1", new Call("POST", target, Map.of("Host", "h"), "192.0.2.9", 1, body)).toJson());
        return new RequestOffer(new Request(ADDRESS, "id-1", null), NONE, "ns", relay, threads, Deadlines.shared());
    }

    private static byte[] body(Link session, HttpHead head) throws IOException {
        HttpBody body = HttpBody.of(head, session);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int n = body.read(buffer, 0, buffer.length, Link.FOREVER); n >= 0; n = body.read(buffer, 0, buffer.length, Link.FOREVER)) {
            all.write(buffer, 0, n);
        }
        return all.toByteArray();
    }

    private void echo(RequestOffer offer, Link session) {
        quietly(() -> {
            HttpHead head = HttpHead.readRequest(session, 65536);
            byte[] body = body(session, head);
            String length = head.field("Content-Length");
            session.out().write(("HTTP/1.1 200 OK\r\nX-Length: " + length + "\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
            session.out().write(body);
            session.close();
            offer.over(null);
        });
    }

    @Test
    void bodyOfOneFrameHasALengthAndOneOfSeveralComesInChunks() throws Exception {
        for (int pieces : new int[] {1, 2, 3}) {
            RelayEnd end = new RelayEnd();
            end.text(new Request(ADDRESS, "id-3", call("POST", true)).toJson());
            RequestOffer offer = new RequestOffer(new Request(ADDRESS, "id-3", null), NONE, "ns", end, threads, Deadlines.shared());
            byte[] piece = bytes(60_000);
            threads.start("relay", () -> quietly(() -> {
                for (int i = 0; i < pieces; i++) {
                    int opcode = i == 0 ? FrameReader.BINARY : FrameReader.CONTINUATION;
                    end.writer.write(FrameReader.PING, true, NONE, 0, 0);
                    end.writer.write(opcode, i == pieces - 1, piece, 0, piece.length);
                }
            }));
            Link session = asked(offer);
            threads.start("session", () -> echo(offer, session));
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int i = 0; i < pieces; i++) {
                all.writeBytes(piece);
            }
            for (int i = 0; i < pieces; i++) {
                assertThat(end.reader.next(Link.FOREVER)).isEqualTo(FrameReader.PONG);
            }
            Answered answer = end.onRendezvous();
            assertThat(answer.body()).isEqualTo(all.toByteArray());
            assertThat(answer.head().headers()).containsEntry("X-Length", pieces == 1 ? "60000" : "null");
            assertThat(end.saidNothingOnChannel()).as("a rendezvous that is open is used").isTrue();
        }
    }

    /** What a relay sends on a rendezvous: a request, a ping, and a body of two frames, the last of which is empty. */
    private static byte[] recorded() throws IOException {
        PipeLink.Pair pair = PipeLink.pair();
        FrameWriter writer = new FrameWriter(pair.a(), false);
        byte[] text = new Request(ADDRESS, "id-4", call("POST", true)).toJson().getBytes(UTF_8);
        writer.write(FrameReader.TEXT, false, text, 0, 100);
        writer.write(FrameReader.CONTINUATION, true, text, 100, text.length - 100);
        writer.write(FrameReader.BINARY, false, new byte[] {104, 101}, 0, 2);
        writer.write(FrameReader.PING, true, NONE, 0, 0);
        writer.write(FrameReader.CONTINUATION, true, new byte[] {108, 108, 111}, 0, 3);
        pair.a().finish();
        return pair.b().in().readAllBytes();
    }

    @Test
    void requestIsTheSameAtEveryCutOfIt() throws Exception {
        byte[] all = recorded();
        for (int cut = 1; cut < all.length; cut++) {
            PipeLink.Pair pair = PipeLink.pair();
            RequestSocket socket = new RequestSocket(pair.b());
            pair.a().write(all, 0, cut);
            int at = cut;
            Thread rest = threads.start("rest", () -> quietly(() -> pair.a().write(all, at, all.length - at)));
            assertThat(socket.receive(soon()).id()).isEqualTo("id-4");
            byte[] body = new byte[16];
            int n = 0;
            for (int more = socket.read(body, 0, 16); more >= 0; more = socket.read(body, n, 16 - n)) {
                n += more;
            }
            assertThat(new String(body, 0, n, UTF_8)).isEqualTo("hello");
            rest.join();
            pair.a().close();
            assertThat(socket.awaitEnd()).isFalse();
        }
    }

    @Test
    void mutatedRendezvousEndsWithARequestOrAFailure() throws Exception {
        byte[] all = recorded();
        Random random = new Random(7);
        for (int i = 0; i < 3000; i++) {
            byte[] mutated = all.clone();
            for (int j = 0; j <= random.nextInt(3); j++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            PipeLink.Pair pair = PipeLink.pair();
            RequestSocket socket = new RequestSocket(pair.b());
            pair.a().write(mutated, 0, mutated.length);
            pair.a().finish();
            byte[] body = new byte[16];
            try {
                socket.receive(soon());
                while (socket.read(body, 0, 16) >= 0) {
                    // Whatever it is.
                }
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotNull();
            }
            assertThat(socket.awaitEnd()).isFalse();
        }
    }

    @Test
    void senderThatLeavesEndsTheSession() throws Exception {
        RequestOffer offer = toFetch("/web", false);
        Link session = asked(offer);
        HttpHead.readRequest(session, 65536);
        relay.abort();
        assertThatThrownBy(() -> session.in().read()).isInstanceOf(IOException.class);
        session.abort();
        offer.over(null);
        assertThat(relay.isOver()).isTrue();
    }

    @Test
    void senderThatLeavesWithinItsBodyBreaksTheRequest() throws Exception {
        RequestOffer offer = toFetch("/web", true);
        relay.writer.write(FrameReader.BINARY, false, new byte[] {1, 2, 3}, 0, 3);
        Link session = asked(offer);
        HttpHead head = HttpHead.readRequest(session, 65536);
        assertThat(head.field("Transfer-Encoding")).isEqualTo("chunked");
        relay.close();
        assertThatThrownBy(() -> body(session, head)).isInstanceOf(IOException.class);
        session.abort();
        offer.over(null);
    }

    @Test
    void channelThatIsLostEndsTheSessionOfWhatIsNotAnswered() throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        HttpHead.readRequest(session, 65536);
        offer.lost();
        assertThatThrownBy(() -> session.in().read()).isInstanceOf(IOException.class);
        session.abort();
        offer.over(null);
        assertThat(relay.saidNothingOnChannel()).isTrue();
        assertThat(relay.wasOpened()).isFalse();
    }

    @Test
    void channelThatIsLeftIsNotNeededAnyMore() throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        offer.leave();
        offer.lost();
        threads.start("session", () -> quietly(() -> answers(offer, session, "HTTP/1.1 200 OK~Content-Length: 2~~", new byte[] {79, 75})));
        assertThat(relay.onRendezvous().text()).isEqualTo("OK");
        assertThat(relay.saidNothingOnChannel()).isTrue();
    }

    @Test
    void sessionThatIsRefusedLateSaysWhy() throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        session.close();
        offer.over(new RefusedException(Reason.NOT_ALLOWED, "route 'web' does not allow 192.0.2.7"));
        Answered answer = relay.onChannel();
        assertThat(answer.head().status()).isEqualTo(403);
        assertThat(answer.head().headers()).containsEntry("Content-Type", "text/plain; charset=utf-8");
        assertThat(answer.text()).isEqualTo("route 'web' does not allow 192.0.2.7\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200", "nonsense~~", "HTTP/1.1 101 Switching~~", "HTTP/1.1 200 OK~Content-Length: 9~~half",
        "HTTP/1.1 200 OK~Content-Length: x~~", "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~"})
    void answerThatIsNoneIsABadGateway(String said) throws Exception {
        RequestOffer offer = get();
        answers(offer, asked(offer), said, NONE);
        Answered answer = relay.onChannel();
        assertThat(answer.head().status()).isEqualTo(502);
        assertThat(answer.text()).isEqualTo("the session that was to answer ended before it had\n");
    }

    @Test
    void answerThatBreaksOffOnceItHasBegunBreaksTheRendezvous() throws Exception {
        RequestOffer offer = get();
        Link session = asked(offer);
        threads.start("session", () -> quietly(() -> {
            HttpHead.readRequest(session, 65536);
            session.out().write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".getBytes(UTF_8));
            session.out().write(new byte[90_000]);
            session.close();
            offer.over(null);
        }));
        await().until(relay::wasOpened);
        relay.message(FrameReader.TEXT);
        assertThatThrownBy(() -> relay.message(FrameReader.BINARY)).isInstanceOf(IOException.class);
    }

    @Test
    void requestThatIsToBeFetchedIsRefusedThere() throws Exception {
        RequestOffer offer = toFetch("/web", true);
        Thread refusing = threads.start("refuse", () -> offer.reject(new RefusedException(Reason.BUSY, "too many")));
        Answered answer = relay.onRendezvous();
        assertThat(answer.head().status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("too many\n");
        refusing.join();
        assertThat(relay.isOver()).isTrue();
    }

    @Test
    void earlyAnswerReachesTheSenderThoughItsBodyGoesOn() throws Exception {
        RequestOffer offer = toFetch("/web", true);
        relay.writer.write(FrameReader.BINARY, false, bytes(60_000), 0, 60_000);
        Link session = asked(offer);
        threads.start("session", () -> quietly(() -> answers(offer, session, "HTTP/1.1 413 Large~Content-Length: 2~~", new byte[] {78, 79})));
        assertThat(relay.onRendezvous().head().status()).isEqualTo(413);
    }

    private interface Doing {
        void run() throws Exception;
    }

    private static void quietly(Doing doing) {
        try {
            doing.run();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
