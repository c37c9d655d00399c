package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Buffers;
import io.relaygate.net.HttpBody;
import io.relaygate.net.HttpHead;
import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.RequestOffer;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests through the embedded relay to a gateway that listens: over the wire, and in the relay's own process. */
@Timeout(60)
class GatewayRequestsTest extends AtARelay {

    private final BlockingQueue<RequestOffer> held = new LinkedBlockingQueue<>();

    private RelayListener listen(String how) {
        Relay namespace = how.equals("wire") ? relay.client() : relay.relay.inMemory("embedded");
        RelayListener listener = relay.closing(namespace.listen("open", 1, this::serve));
        await().until(() -> listener.connected() == 1);
        return listener;
    }

    /** A session, as its target wants it. */
    private void serve(Offer offer) {
        RequestOffer request = (RequestOffer) offer;
        try {
            request.fetch(RelayFixture.soon());
            if (request.headers().containsKey("X-Refuse")) {
                request.reject(new RefusedException(Reason.NOT_ALLOWED, "not you"));
            } else if (request.headers().containsKey("X-Hold")) {
                held.add(request);
            } else {
                echo(request, request.accept(RelayFixture.soon()));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void echo(RequestOffer request, Link session) throws IOException {
        HttpHead head = HttpHead.readRequest(session, 65536);
        HttpBody asked = HttpBody.of(head, session);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!asked.over()) {
            body.write(buffer, 0, Math.max(0, asked.read(buffer, 0, buffer.length, Link.FOREVER)));
        }
        int twice = head.target().endsWith("twice") ? 2 : 1;
        String answer = "HTTP/1.1 200 OK\r\nX-Asked: " + head.method() + " " + head.target() + "\r\nContent-Length: " + twice * body.size() + "\r\n\r\n";
        session.out().write(answer.getBytes(ISO_8859_1));
        for (int i = 0; i < twice; i++) {
            session.out().write(body.toByteArray());
        }
        session.close();
        request.over(null);
    }

    private HttpSender send(String target, String fields, byte[] body) throws IOException {
        return HttpSender.of(relay).send("POST " + target + " HTTP/1.1~Host: h~" + fields + "Content-Length: " + body.length + "~~").sendRaw(body);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"wire", "memory"})
    void requestsAndAnswersOfEverySizePass(String how) throws Exception {
        listen(how);
        for (int size : new int[] {0, 1, 40_000, 65_536, 65_537, 300_000}) {
            for (String target : new String[] {"/open/once", "/open/twice"}) {
                HttpSender sender = send(target, "", bytes(size));
                HttpHead head = sender.head();
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.field("X-Asked")).isEqualTo("POST " + target);
                assertThat(head.field("Via")).isEqualTo("1.1 h");
                assertThat(sender.body(head)).startsWith(bytes(size)).hasSize(target.endsWith("twice") ? 2 * size : size);
            }
        }
        HttpSender chunked = HttpSender.of(relay).send("PUT /open HTTP/1.1~Host: h~Transfer-Encoding: chunked~~5~hello~0~~");
        assertThat(chunked.text(chunked.head())).isEqualTo("hello");
        HttpHead refused = send("/open", "X-Refuse: 1~", bytes(3)).head();
        assertThat(refused.status()).isEqualTo(403);
        HttpSender large = send("/open", "X-Refuse: 1~", bytes(100_000));
        assertThat(large.text(large.head())).isEqualTo("not you\n");
    }

    private RequestOffer holding() throws InterruptedException {
        RequestOffer come = held.poll(20, TimeUnit.SECONDS);
        if (come == null) {
            throw new AssertionError("no request");
        }
        return come;
    }

    @ParameterizedTest
    @ValueSource(strings = {"wire", "memory"})
    void listenerThatLeavesAnswersWhatItHas(String how) throws Exception {
        RelayListener listener = listen(how);
        HttpSender small = send("/open/1", "X-Hold: 1~", bytes(10));
        RequestOffer first = holding();
        HttpSender large = send("/open/2", "X-Hold: 1~", bytes(70_000));
        RequestOffer second = holding();
        Link session = first.accept(RelayFixture.soon());
        listener.close();
        await().until(() -> listener.connected() == 0);
        echo(first, session);
        echo(second, second.accept(RelayFixture.soon()));
        assertThat(small.body(small.head())).isEqualTo(bytes(10));
        assertThat(large.body(large.head())).isEqualTo(bytes(70_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"wire", "memory"})
    void relayThatEndsEndsSessions(String how) throws Exception {
        listen(how);
        send("/open/1", "X-Hold: 1~", bytes(10));
        RequestOffer first = holding();
        send("/open/2", "X-Hold: 1~", bytes(70_000));
        RequestOffer second = holding();
        for (RequestOffer offer : new RequestOffer[] {first, second}) {
            Link session = offer.accept(RelayFixture.soon());
            HttpBody body = HttpBody.of(HttpHead.readRequest(session, 65536), session);
            byte[] buffer = new byte[Buffers.PAYLOAD];
            while (!body.over()) {
                body.read(buffer, 0, buffer.length, Link.FOREVER);
            }
            if (offer == second) {
                relay.relay.close();
                assertThatThrownBy(() -> session.in().read()).isInstanceOf(IOException.class);
            }
            session.abort();
            relay.threads.start("over", () -> offer.over(null));
        }
    }
}
