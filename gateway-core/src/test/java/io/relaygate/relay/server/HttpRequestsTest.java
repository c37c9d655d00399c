package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.FrameReader;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.relay.ControlMessage;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.server.RawClient.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests through the relay, with a sender and a listener that go byte by byte and frame by frame. */
class HttpRequestsTest extends AtARelay {

    private static final String GUID = "0725cf92-e3ed-42ec-a9a4-4635003802c0";

    private String token(String path) {
        return RawClient.token(relay, path, "root", RelayFixture.ROOT_KEY).value();
    }

    private HttpSender sender() throws IOException {
        return HttpSender.of(relay);
    }

    static Request request(RawClient listener) throws IOException {
        return (Request) ControlMessage.parse(listener.next().text());
    }

    static Call whole(Request request) {
        Call call = request.call();
        if (call == null) {
            throw new AssertionError("the request is yet to be fetched");
        }
        return call;
    }

    static Response response(Request request, int status, boolean body) {
        return new Response(request.id(), status, "Fine", Map.of("X-Answer", "1"), body);
    }

    private static void answer(RawClient listener, Request request, String body) throws IOException {
        listener.sendText(response(request, 200, true).toJson());
        listener.send(FrameReader.BINARY, true, body.getBytes(ISO_8859_1));
    }

    /** The whole message that comes next, and the sizes of its frames. */
    private static byte[] message(RawClient client, List<Integer> frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Frame frame = client.next();
        assertThat(frame.opcode()).isEqualTo(FrameReader.BINARY);
        while (true) {
            all.writeBytes(frame.payload());
            frames.add(frame.payload().length);
            if (frame.last()) {
                return all.toByteArray();
            }
            frame = client.next();
            assertThat(frame.opcode()).isEqualTo(FrameReader.CONTINUATION);
        }
    }

    /** Without the tilde, which stands for the end of a line here. */
    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return new String(bytes, ISO_8859_1).replace('~', '-').getBytes(ISO_8859_1);
    }

    @Test
    void smallRequestIsOneMessageAndItsAnswerAnother() throws Exception {
        RawClient listener = RawClient.listener(relay, "nested/path");
        HttpSender sender = sender().send("GET /nested/path/a%20b//c/?x=%2B&sb-hc-id=" + GUID + "&y HTTP/1.1~Host: Relay.contoso.com:9~"
                + "ServiceBusAuthorization: " + token("nested/path") + "~Authorization: Basic eDp5~X-Two: 1~x-two: 2~TE: trailers~"
                + "Connection: keep-alive, X-Hop~X-Hop: 1~Via: 1.0 before~Upgrade: h9~Close: x~Trailer: x~Cookie: a=b~~");
        Request request = request(listener);
        Call call = whole(request);
        assertThat(request.id()).startsWith(GUID + "_G0_");
        assertThat(request.address())
                .matches("wss://localhost:[0-9]+/\\$hc/nested/path\\?sb-hc-action=request&sb-hc-id=" + GUID
                        + "_G0_R1&sb-hc-rendezvous=[0-9a-f]{32}");
        assertThat(call.method()).isEqualTo("GET");
        assertThat(call.target()).isEqualTo("/nested/path/a%20b//c/?x=%2B&y");
        assertThat(call.headers())
                .containsOnly(
                        Map.entry("Host", "Relay.contoso.com:9"),
                        Map.entry("Authorization", "Basic eDp5"),
                        Map.entry("X-Two", "1, 2"),
                        Map.entry("Via", "1.0 before, 1.1 Relay.contoso.com"),
                        Map.entry("Cookie", "a=b"));
        assertThat(call.remoteAddress()).isEqualTo("127.0.0.1");
        assertThat(call.remotePort()).isPositive();
        assertThat(call.body()).isFalse();
        listener.sendText("{\"response\":{\"requestId\":\"" + request.id() + "\",\"statusCode\":\"203\",\"statusDescription\":"
                + "\"So \\u0007so\",\"responseHeaders\":{\"X-N\":7,\"Content-Length\":\"99\",\"Connection\":\"close\","
                + "\"Transfer-Encoding\":\"chunked\",\"Via\":\"1.1 inner\",\"X-L\":\"caf\\u00e9\"},\"body\":true}}");
        listener.send(FrameReader.BINARY, false, "he".getBytes(ISO_8859_1));
        listener.send(FrameReader.CONTINUATION, true, "llo".getBytes(ISO_8859_1));
        HttpHead head = sender.head();
        assertThat(head.status()).isEqualTo(203);
        assertThat(head.reason()).isEqualTo("So so");
        assertThat(head.field("Content-Length")).isEqualTo("5");
        assertThat(head.field("X-N")).isEqualTo("7");
        assertThat(head.field("X-L")).isEqualTo("caf\u00e9");
        assertThat(head.field("Via")).isEqualTo("1.1 inner, 1.1 Relay.contoso.com");
        assertThat(head.field("Date")).isNotNull();
        assertThat(head.field("Transfer-Encoding")).isNull();
        assertThat(head.field("Connection")).isNull();
        assertThat(sender.text(head)).isEqualTo("hello");
        assertThat(RawClient.rendezvous(relay, request.address()).answer.status()).as("it is answered").isEqualTo(403);
    }

    @Test
    void bodyDirectlyFollowsItsRequestHoweverManyThereAre() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        int many = 40;
        Set<String> sent = new HashSet<>();
        List<HttpSender> senders = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            senders.add(sender());
        }
        for (int i = 0; i < many; i++) {
            String body = "body " + i + "x".repeat(i * 1000);
            sent.add(body);
            senders.get(i).send("POST /open HTTP/1.1~Host: h~X-Number: " + i + "~Content-Length: " + body.length() + "~~" + body);
        }
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Request request = request(listener);
            assertThat(whole(request).body()).isTrue();
            String body = new String(message(listener, new ArrayList<>()), ISO_8859_1);
            assertThat(body).startsWith("body " + whole(request).headers().get("X-Number"));
            assertThat(sent.remove(body)).isTrue();
            requests.add(request);
        }
        // In another order than they came.
        for (Request request : requests.reversed()) {
            answer(listener, request, "to " + whole(request).headers().get("X-Number"));
        }
        for (int i = 0; i < many; i++) {
            HttpHead head = senders.get(i).head();
            assertThat(senders.get(i).text(head)).isEqualTo("to " + i);
        }
    }

    @Test
    void oneConnectionCarriesRequestsOneAfterTheOther() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("GET /open/1 HTTP/1.1~Host: h~~POST /open/2 HTTP/1.1~Host: h~Content-Length: 2~~ab"
                + "GET /open/3 HTTP/1.1~Host: h~Connection: close~~");
        for (int i = 1; i <= 3; i++) {
            Request request = request(listener);
            assertThat(whole(request).target()).isEqualTo("/open/" + i);
            if (whole(request).body()) {
                assertThat(listener.next().text()).isEqualTo("ab");
            }
            listener.sendText(response(request, 200 + i, false).toJson());
            HttpHead head = sender.head();
            assertThat(head.status()).isEqualTo(200 + i);
            assertThat(head.field("Content-Length")).isEqualTo("0");
            assertThat(head.field("Connection")).isEqualTo(i == 3 ? "close" : null);
        }
        assertThat(sender.link.in().read()).isEqualTo(-1);
    }

    @Test
    void bodyOf64KibGoesOverTheControlChannelAndOneByteMoreDoesNot() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        byte[] most = bytes(65_536);
        HttpSender sender = sender().send("PUT /open HTTP/1.1~Host: h~Content-Length: 65536~~" + new String(most, ISO_8859_1));
        Request request = request(listener);
        assertThat(whole(request).body()).isTrue();
        assertThat(message(listener, new ArrayList<>())).isEqualTo(most);
        listener.sendText(response(request, 200, true).toJson());
        listener.send(FrameReader.BINARY, true, most);
        assertThat(sender.body(sender.head())).isEqualTo(most);

        byte[] more = bytes(65_537);
        sender.send("PUT /open HTTP/1.1~Host: h~Content-Length: 65537~~").sendRaw(more);
        Request told = request(listener);
        assertThat(told.call()).isNull();
        RawClient rendezvous = RawClient.rendezvous(relay, told.address());
        Request fetched = request(rendezvous);
        assertThat(fetched.id()).isEqualTo(told.id());
        assertThat(whole(fetched).body()).isTrue();
        List<Integer> frames = new ArrayList<>();
        assertThat(message(rendezvous, frames)).isEqualTo(more);
        assertThat(frames).allMatch(size -> size > 0 && size <= 65_536);
        answer(rendezvous, fetched, "thanks");
        HttpHead head = sender.head();
        assertThat(head.field("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(sender.text(head)).isEqualTo("thanks");
        assertThat(RawClient.closeCode(rendezvous.next())).as("the relay closes what listeners leave open").isEqualTo(1000);
        sender.send("GET /open/next HTTP/1.1~Host: h~~");
        assertThat(whole(request(listener)).target()).isEqualTo("/open/next");
    }

    @Test
    void answerOfMoreThan64KibOnTheControlChannelIsNone() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("GET /open HTTP/1.1~Host: h~~");
        Request request = request(listener);
        listener.sendText(response(request, 200, true).toJson());
        listener.send(FrameReader.BINARY, false, bytes(65_536));
        listener.send(FrameReader.CONTINUATION, true, new byte[1]);
        assertThat(sender.head().reason()).startsWith("The listener's response is malformed.");
    }

    @Test
    void chunksReachTheListenerAsTheyComeAndWithoutAnEnd() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("POST /open HTTP/1.1~Host: h~Transfer-Encoding: chunked~Expect: 100-continue~~");
        RawClient rendezvous = RawClient.rendezvous(relay, request(listener).address());
        Request request = request(rendezvous);
        assertThat(whole(request).headers()).doesNotContainKeys("Expect", "Transfer-Encoding");
        assertThat(sender.head().status()).isEqualTo(100);
        for (String chunk : List.of("one", "two", "three")) {
            sender.send(Integer.toHexString(chunk.length()) + "~" + chunk + "~");
            Frame frame = rendezvous.next();
            assertThat(frame.text()).isEqualTo(chunk);
            assertThat(frame.last()).isFalse();
        }
        sender.send("0~~");
        Frame end = rendezvous.next();
        assertThat(end.payload()).isEmpty();
        assertThat(end.last()).isTrue();
        answer(rendezvous, request, "all three");
        assertThat(sender.text(sender.head())).isEqualTo("all three");
    }

    @Test
    void smallBodyThatDoesNotComeAtOnceIsPassedOnAsItComes() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("POST /open HTTP/1.1~Host: h~Content-Length: 6~~abc");
        RawClient rendezvous = RawClient.rendezvous(relay, request(listener).address());
        Request request = request(rendezvous);
        assertThat(rendezvous.next().text()).isEqualTo("abc");
        sender.send("def");
        Frame rest = rendezvous.next();
        assertThat(rest.text()).isEqualTo("def");
        assertThat(rest.last()).isTrue();
        answer(rendezvous, request, "ok");
        assertThat(sender.text(sender.head())).isEqualTo("ok");
    }

    @Test
    void fieldsThatDoNotFitAControlMessageGoOverTheRendezvous() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        String quotes = "\"".repeat(32_650);
        HttpSender sender = sender().send("POST /open HTTP/1.1~Host: h~Content-Length: 3~X: " + quotes + "~~abc");
        Request told = request(listener);
        assertThat(told.call()).isNull();
        RawClient rendezvous = RawClient.rendezvous(relay, told.address());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        Frame frame;
        do {
            frame = rendezvous.next();
            text.writeBytes(frame.payload());
        } while (!frame.last());
        Request request = (Request) ControlMessage.parse(text.toString(ISO_8859_1));
        assertThat(whole(request).headers()).containsEntry("X", quotes);
        assertThat(rendezvous.next().text()).isEqualTo("abc");
        answer(rendezvous, request, "ok");
        assertThat(sender.text(sender.head())).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void smallRequestMayBeAnsweredOverTheRendezvousPieceByPiece(boolean fin) throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("GET /open HTTP/1.1~Host: h~~");
        Request request = request(listener);
        assertThat(whole(request).body()).isFalse();
        RawClient rendezvous = RawClient.rendezvous(relay, request.address());
        rendezvous.sendText(response(request, 200, true).toJson());
        HttpHead head = sender.head();
        assertThat(head.field("Via")).isEqualTo("1.1 h");
        rendezvous.send(FrameReader.BINARY, false, "one".getBytes(ISO_8859_1));
        assertThat(sender.chunk()).asString().isEqualTo("one");
        rendezvous.send(FrameReader.PING, true, new byte[3]);
        rendezvous.send(FrameReader.CONTINUATION, false, new byte[0]);
        rendezvous.send(FrameReader.CONTINUATION, false, "two".getBytes(ISO_8859_1));
        assertThat(sender.chunk()).asString().isEqualTo("two");
        if (fin) {
            rendezvous.send(FrameReader.CONTINUATION, true, new byte[0]);
        } else {
            // As Java's listener ends: no frame is the last of its message.
            rendezvous.sendClose(1000, "");
        }
        assertThat(sender.chunk()).isEmpty();
        sender.send("GET /open/next HTTP/1.1~Host: h~~");
        assertThat(whole(request(listener)).target()).isEqualTo("/open/next");
    }

    @Test
    void answersWithoutABodyHaveNone() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender();
        for (int i = 0; i < 6; i++) {
            String method = i < 2 ? "HEAD" : "GET";
            int status = i < 2 ? 200 : i < 4 ? 204 : 304;
            sender.send(method + " /open HTTP/1.1~Host: h~~");
            Request request = request(listener);
            RawClient way = i % 2 == 0 ? listener : RawClient.rendezvous(relay, request.address());
            way.sendText(response(request, status, true).toJson());
            way.send(FrameReader.BINARY, true, i < 4 ? new byte[] {1} : new byte[0]);
            HttpHead head = sender.head();
            assertThat(head.status()).isEqualTo(status);
            assertThat(head.field("Content-Length")).isNull();
            assertThat(head.field("Transfer-Encoding")).isNull();
        }
    }

    @Test
    void listenerMayAnswerBeforeItHasReadTheBody() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("POST /open HTTP/1.1~Host: h~Content-Length: 1000000~~abc");
        RawClient rendezvous = RawClient.rendezvous(relay, request(listener).address());
        Request request = request(rendezvous);
        rendezvous.sendText(response(request, 413, false).toJson());
        HttpHead head = sender.head();
        assertThat(head.status()).isEqualTo(413);
        assertThat(head.field("Connection")).isEqualTo("close");
        assertThat(sender.link.in().read()).isEqualTo(-1);
    }

    @Test
    void memoryIsBoundedWhoeverDoesNotRead() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("POST /open HTTP/1.1~Host: h~Content-Length: " + Flow.SIZE + "~~");
        RawClient rendezvous = RawClient.rendezvous(relay, request(listener).address());
        Flow up = new Flow(piece -> sender.sendRaw(piece));
        relay.threads.start("test-sender", up);
        up.awaitStandstill();
        rendezvous.close();

        HttpSender reader = sender().send("GET /open HTTP/1.1~Host: h~~");
        Request request = request(listener);
        RawClient writer = RawClient.rendezvous(relay, request.address());
        writer.sendText(response(request, 200, true).toJson());
        writer.send(FrameReader.BINARY, false, new byte[1]);
        Flow down = new Flow(piece -> writer.send(FrameReader.CONTINUATION, false, piece));
        relay.threads.start("test-listener", down);
        down.awaitStandstill();
        assertThat(reader.head().status()).isEqualTo(200);
        reader.link.abort();
    }

    /** Somebody who sends as much as is taken, until he cannot. */
    private static final class Flow implements Runnable {

        private static final int SIZE = 64 * 1024 * 1024;
        private static final int PIECE = 64 * 1024;

        private final Out out;
        private volatile int done;

        interface Out {
            void write(byte[] piece) throws IOException;
        }

        Flow(Out out) {
            this.out = out;
        }

        @Override
        public void run() {
            try {
                byte[] piece = new byte[PIECE];
                for (int next = PIECE; next <= SIZE; next += PIECE) {
                    out.write(piece);
                    done = next;
                }
            } catch (IOException e) {
                // The test has seen enough.
            }
        }

        /** Until the buffers of both sockets and of the relay are full. */
        void awaitStandstill() {
            int[] before = {-1};
            await().pollInterval(Duration.ofMillis(300)).until(() -> {
                int now = done;
                boolean still = now > 0 && now == before[0];
                before[0] = now;
                return still;
            });
            assertThat(Buffers.outstanding()).as("buffers of 64 KiB").isLessThan(20);
            assertThat(done).as("bytes that the sockets' buffers and the relay have taken").isLessThan(SIZE);
        }
    }

    @Test
    void tokenIsNotPassedOnWhereverItStands() throws Exception {
        RawClient listener = RawClient.listener(relay, "site-oslo");
        String token = RawClient.token(relay, "site-oslo", "send", RelayFixture.SEND_KEY).value();
        String inQuery = URLEncoder.encode(token, ISO_8859_1);
        HttpSender sender = sender();
        for (String request : List.of(
                "GET /site-oslo HTTP/1.1~Host: h~Authorization: " + token + "~~",
                "GET /site-oslo HTTP/1.1~Host: h~servicebusauthorization: " + token + "~~",
                "GET /site-oslo?sb-hc-token=" + inQuery + " HTTP/1.1~Host: h~~")) {
            sender.send(request);
            Request got = request(listener);
            assertThat(whole(got).headers()).doesNotContainKeys("Authorization", "ServiceBusAuthorization");
            assertThat(got.toJson()).doesNotContain("SharedAccess");
            listener.sendText(response(got, 200, false).toJson());
            assertThat(sender.head().status()).isEqualTo(200);
        }
        RawClient open = RawClient.listener(relay, "open");
        sender.send("GET /open HTTP/1.1~Host: h~Authorization: Bearer mine~ServiceBusAuthorization: x~~");
        assertThat(whole(request(open)).headers()).containsEntry("Authorization", "Bearer mine").doesNotContainKey("ServiceBusAuthorization");
    }

    @Test
    void senderChoosesAmongListeners() throws Exception {
        String other = "11111111-2222-3333-4444-555555555555";
        RawClient one = listener(GUID);
        RawClient two = listener(other);
        HttpSender sender = sender();
        for (int i = 0; i < 8; i++) {
            boolean first = i % 2 == 0;
            sender.send("GET /open HTTP/1.1~Host: h~" + (i < 4
                    ? "Microsoft-Relay-AllowedListeners: 99999999-2222-3333-4444-555555555555, " + (first ? GUID.toUpperCase(Locale.ROOT) : other)
                    : "Microsoft-Relay-DisallowedListeners: " + (first ? other : GUID)) + "~~");
            RawClient chosen = first ? one : two;
            chosen.sendText(response(request(chosen), 200, false).toJson());
            assertThat(sender.head().status()).isEqualTo(200);
        }
        sender.send("GET /open HTTP/1.1~Host: h~Microsoft-Relay-DisallowedListeners: " + other + "," + GUID + "~~");
        HttpHead nobody = sender.head();
        assertThat(nobody.status()).isEqualTo(404);
        assertThat(nobody.reason()).startsWith("None of the connected listeners meet the AllowedListeners/DisallowedListeners criteria");
        HttpHead socket = RawClient.sender(relay, "open", "", new Field("Microsoft-Relay-AllowedListeners", "99999999-2222-3333-4444-555555555555")).answer;
        assertThat(socket.status()).as("of a WebSocket sender").isEqualTo(404);
    }

    private RawClient listener(String id) throws IOException {
        return RawClient.ask(
                relay, "/$hc/open?sb-hc-action=listen&sb-hc-id=" + id, RawClient.token(relay, "open", "root", RelayFixture.ROOT_KEY));
    }

    @Test
    void senderWhoseBodyIsCutOffDropsTheRendezvous() throws Exception {
        RawClient listener = RawClient.listener(relay, "open");
        HttpSender sender = sender().send("POST /open HTTP/1.1~Host: h~Transfer-Encoding: chunked~~3~abc~");
        RawClient rendezvous = RawClient.rendezvous(relay, request(listener).address());
        request(rendezvous);
        assertThat(rendezvous.next().text()).isEqualTo("abc");
        sender.link.abort();
        assertThatThrownBy(rendezvous::next).isInstanceOf(IOException.class);
    }
}
