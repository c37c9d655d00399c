package io.relaygate.relay.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.net.Link;
import io.relaygate.relay.SasToken;
import io.relaygate.relay.server.RelaySettings.Profile;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Statuses and texts of the embedded relay, and what it takes from strangers. */
class HandshakeTest extends AtARelay {

    /** As many wait for an answer at once; the last of them for some seven seconds. */
    private static final int MANY = 80;

    /** Action, path, audience, key's name, key, seconds that the token lives, and status and words of the answer. */
    private static final List<String> REFUSALS = List.of(
            "connect | site-oslo | site-oslo | root | wrong | 60 | 401 | InvalidSignature: The token has an invalid signature.",
            "listen | site-oslo | site-oslo | root | wrong | 60 | 401 | InvalidSignature: The token has an invalid signature.",
            "connect | site-oslo | site-oslo | nobody | x | 60 | 401 | InvalidSignature: The token has an invalid signature.",
            "connect | site-oslo | other | root | ROOT | 60 | 401 | InvalidAudience: The authorization header contains a token with a wrong audience.",
            "connect | site-oslo | site-oslo | root | ROOT | -1 | 401 | ExpiredToken: The token is expired.",
            "listen | site-oslo | site-oslo | send | SEND | 60 | 403 | Unauthorized access. 'Listen' claim(s) are required to perform this operation.",
            "connect | site-oslo | site-oslo | listen | LISTEN | 60 | 403 | Unauthorized access. 'Send' claim(s) are required to perform this operation.",
            "connect | nowhere | nowhere | root | ROOT | 60 | 404 | Endpoint does not exist.",
            "listen | nowhere | nowhere | root | ROOT | 60 | 404 | Endpoint does not exist.",
            "listen | site-oslo/sub | site-oslo | root | ROOT | 60 | 404 | Endpoint does not exist.",
            "connect | site-oslo/orders | site-oslo | root | ROOT | 60 | 404 | There are no listeners connected for the endpoint.",
            "connect | Nested/Path | nested | root | ROOT | 60 | 404 | There are no listeners connected for the endpoint.",
            "dance | site-oslo | site-oslo | root | ROOT | 60 | 400 | The action is unknown.",
            "accept | site-oslo | site-oslo | root | ROOT | 60 | 403 | The rendezvous address is invalid, used or expired.");

    @ParameterizedTest
    @EnumSource(Profile.class)
    void answersInAzuresWords(Profile profile) throws Exception {
        under(profile);
        for (String refusal : REFUSALS) {
            List<String> row = Arrays.stream(refusal.split("\\|", -1)).map(String::strip).toList();
            String key = row.get(4).replace("ROOT", RelayFixture.ROOT_KEY).replace("SEND", RelayFixture.SEND_KEY)
                    .replace("LISTEN", RelayFixture.LISTEN_KEY);
            Field token = RawClient.token(row.get(2), row.get(3), key, Instant.now().plusSeconds(Integer.parseInt(row.get(5))));
            RawClient client = RawClient.ask(relay, "/$hc/" + row.get(1) + "?sb-hc-action=" + row.get(0), token);
            assertThat(client.answer.status() + " " + client.answer.reason()).as(refusal).startsWith(row.get(6) + " " + row.get(7) + " TrackingId:");
            assertThat(client.answer.reason().substring(row.get(7).length()))
                    .matches(" TrackingId:[0-9a-f-]{36}_G0, SystemTracker:sb://localhost/" + row.get(1) + ", Timestamp:[0-9T:-]{19}");
            assertThat(client.answer.field("Date")).endsWith("GMT");
        }
    }

    @Test
    void wantsATokenUnlessTheHybridConnectionDoesNot() throws IOException {
        assertThat(RawClient.ask(relay, "/$hc/site-oslo?sb-hc-action=connect").answer.reason())
                .startsWith("MissingToken: ");
        assertThat(RawClient.ask(relay, "/$hc/nowhere?sb-hc-action=connect").answer.status())
                .as("a stranger does not learn which ones exist")
                .isEqualTo(401);
        assertThat(RawClient.ask(relay, "/$hc/open?sb-hc-action=connect").answer.reason())
                .startsWith("There are no listeners");
        assertThat(RawClient.ask(relay, "/$hc/open?sb-hc-action=listen").answer.status()).isEqualTo(401);
        Field garbage = new Field("ServiceBusAuthorization", "Bearer abc");
        assertThat(RawClient.ask(relay, "/$hc/site-oslo?sb-hc-action=connect", garbage).answer.reason())
                .startsWith("MalformedToken: ");
    }

    @Test
    void takesATokenFromTheQuery() throws IOException {
        String token = SasToken.mint("sb://localhost/site-oslo", "send", RelayFixture.SEND_KEY.toCharArray(),
                RelayFixture.soon()).text();
        String query = "?sb-hc-token=" + URLEncoder.encode(token, US_ASCII) + "&sb-hc-action=connect";
        assertThat(RawClient.ask(relay, "/$hc/site-oslo" + query).answer.reason()).startsWith("There are no listeners");
    }

    @Test
    void refusesOneListenerTooManyAndTakesOneAgainWhenAnotherLeaves() throws Exception {
        replaceBy(RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(2), Duration.ofSeconds(5), 2));
        RawClient first = RawClient.listener(relay, "site-oslo");
        RawClient.listener(relay, "site-oslo");
        Field token = RawClient.token(relay, "site-oslo", "root", RelayFixture.ROOT_KEY);
        String target = "/$hc/site-oslo?sb-hc-action=listen";
        HttpHead third = RawClient.ask(relay, target, token).answer;
        assertThat(third.status()).isEqualTo(403);
        assertThat(third.reason()).startsWith("QuotaExceeded: MaximumListenersPerEndpoint");
        RawClient.listener(relay, "other");
        first.close();
        await().until(() -> RawClient.ask(relay, target, token).answer.status() == 101);
    }

    @Test
    void listenersOfASourceThatKeepsFailingWaitForPlacesAndGiveThemToOthers() {
        HybridConnections connections = new HybridConnections(
                Map.of("hub", new RelaySettings.HybridConnection(Map.of(), true, null)), 2, relay.clock);
        Endpoint endpoint = connections.all().iterator().next();
        Set<String> storms = Set.of("192.0.2.1");
        List<String> told = new ArrayList<>();
        assertThat(endpoint.add(new Named("192.0.2.1", "first", told), storms::contains)).isTrue();
        assertThat(endpoint.add(new Named("192.0.2.1", "second", told), storms::contains)).isTrue();
        assertThat(endpoint.add(new Named("192.0.2.1", "third", told), storms::contains)).as("it is taken, and waits").isTrue();
        assertThat(picks(endpoint)).containsExactly("first", "second");
        Named good = new Named("192.0.2.2", "good", told);
        assertThat(endpoint.add(good, storms::contains)).isTrue();
        assertThat(endpoint.add(new Named("192.0.2.3", "other", told), _ -> false)).as("though it has not failed for a minute").isTrue();
        assertThat(endpoint.add(new Named("192.0.2.4", "late", told), storms::contains)).isFalse();
        assertThat(endpoint.listenerCount()).isEqualTo(2);
        assertThat(picks(endpoint)).containsExactly("good", "other");
        endpoint.remove(good);
        assertThat(picks(endpoint)).as("whoever has waited longest, and the latest to give way before").containsExactly("first", "other");
        assertThat(told).isEmpty();
        endpoint.close();
        assertThat(told).containsOnly(
                "first: The hybrid connection was deleted.", "second: The hybrid connection was deleted.",
                "third: The hybrid connection was deleted.", "other: The hybrid connection was deleted.");
    }

    /** The names of those who are offered senders. */
    private static SortedSet<String> picks(Endpoint endpoint) {
        SortedSet<String> names = new TreeSet<>();
        endpoint.pick(one -> !names.add(one.id()), new Random(1));
        return names;
    }

    /** A listener that only says that it had to leave. */
    private record Named(String source, String id, List<String> told) implements Endpoint.Listener {

        @Override
        public boolean answers() {
            return true;
        }

        @Override
        public boolean offer(Waiting sender) {
            return false;
        }

        @Override
        public void done(Waiting sender, boolean answered) {
            throw new AssertionError();
        }

        @Override
        public boolean offer(Exchange request) {
            return false;
        }

        @Override
        public void done(Exchange request) {
            throw new AssertionError();
        }

        @Override
        public void dismiss(String why) {
            told.add(id + ": " + why);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "CONNECT h:443 HTTP/1.1~Host: h~~ | 405",
        "GET http://h/open HTTP/1.1~Host: h~~ | 400",
        "OPTIONS * HTTP/1.1~Host: h~~ | 400",
        "GET /open/../other HTTP/1.1~Host: h~~ | 400",
        "GET /open HTTP/1.1~~ | 400",
        "POST /other HTTP/1.1~Host: h~Upgrade: websocket~Connection: Upgrade~~ | 405",
        "GET /$hc/site-oslo?sb-hc-action=listen HTTP/1.1~Host: h~~ | 400",
        "GET /other HTTP/1.1~Host: h~Upgrade: websocket~Connection: Upgrade~~ | 404",
        "GET /$hc/a HTTP/1.1~Host: h~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 8~~ | 426",
        "GET /$hc/a HTTP/1.1~Host: h~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Version: 13~~ | 400",
        "GET /$hc/a HTTP/1.0~Host: h~~ | 505",
        "GARBAGE~~ | 400",
        "GET / HTTP/1.1~Host : h~~ | 400"
    })
    void answersEverythingElseShortlyAndCloses(String request, int status) throws IOException {
        Link link = RawClient.tls(relay);
        link.out().write(request.replace("~", "\r\n").getBytes(US_ASCII));
        HttpHead answer = HttpHead.readResponse(link, HttpHead.DEFAULT_LIMIT);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("Content-Length")).isEqualTo("0");
        assertThat(link.in().readAllBytes()).isEmpty();
    }

    @Test
    void refusesAnOversizedHead() throws IOException {
        Link link = RawClient.tls(relay);
        link.out().write(("GET / HTTP/1.1\r\nX: " + "y".repeat(40_000)).getBytes(US_ASCII));
        assertThat(HttpHead.readResponse(link, HttpHead.DEFAULT_LIMIT).status()).isEqualTo(431);
    }

    @Test
    void dropsWhoeverIsSlowOrSpeaksSomethingElse() throws Exception {
        replaceBy(RelayFixture.impatient());
        Link silent = RawClient.socket(relay);
        Link slow = RawClient.tls(relay);
        slow.out().write("GET /$hc/site".getBytes(US_ASCII));
        Link plain = RawClient.socket(relay);
        plain.out().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));
        for (Link link : new Link[] {silent, slow, plain}) {
            link.deadline(RelayFixture.soon());
            assertThatThrownBy(() -> {
                        if (link.in().read() < 0) {
                            throw new IOException("ended");
                        }
                        link.in().readAllBytes();
                        throw new IOException("ended with an alert");
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void servesOthersWhileAllHandshakesAreTakenBySlowOnes() throws Exception {
        replaceBy(RelayFixture.impatient());
        for (int i = 0; i < 64; i++) {
            RawClient.socket(relay);
        }
        long start = System.nanoTime();
        RawClient.listener(relay, "site-oslo");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("after the handshake timeout of 2 s at the latest")
                .isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void slowsDownWhoeverKeepsFailing() throws Exception {
        Field wrong = RawClient.token(relay, "site-oslo", "root", "wrong");
        String target = "/$hc/site-oslo?sb-hc-action=listen";
        for (int i = 0; i < 14; i++) {
            assertThat(RawClient.ask(relay, target, wrong).answer.status()).isEqualTo(401);
        }
        long start = System.nanoTime();
        assertThat(RawClient.ask(relay, target, wrong).answer.status()).isEqualTo(401);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        start = System.nanoTime();
        RawClient.listener(relay, "site-oslo");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as("a good one at the same address waits for nothing")
                .isLessThan(Duration.ofMillis(700));
    }

    @Test
    void slowsDownNobodyElseAtTheAddressOfAClientThatComesBackAsMany() throws Exception {
        Field wrong = RawClient.token(relay, "site-oslo", "root", "wrong");
        AtomicInteger answered = new AtomicInteger();
        for (int i = 0; i < MANY; i++) {
            relay.threads.start("storm", () -> {
                try {
                    RawClient.ask(relay, "/$hc/site-oslo?sb-hc-action=listen", wrong);
                    answered.incrementAndGet();
                } catch (IOException e) {
                    // It is over.
                }
            });
        }
        await().until(() -> relay.metrics.exposition().contains("{action=\"listen\",status=\"401\"} " + MANY));
        Field other = RawClient.token(relay, "other", "root", "wrong");
        assertThat(RawClient.ask(relay, "/$hc/other?sb-hc-action=connect", other).answer.status()).isEqualTo(401);
        RawClient.listener(relay, "site-oslo");
        assertThat(answered).as("the last of them waits for seconds").hasValueLessThan(MANY);
        relay.relay.close();
    }

    @Test
    void takesListenersThatComeBackAsManyAndOffersSendersToTheOthers() throws Exception {
        replaceBy(RelayFixture.settings("127.0.0.1", 0, Duration.ofSeconds(2), Duration.ofSeconds(20), 2));
        String target = "/$hc/site-oslo?sb-hc-action=listen";
        Field token = RawClient.token(relay, "site-oslo", "root", RelayFixture.ROOT_KEY);
        RawClient first = RawClient.listener(relay, "site-oslo");
        RawClient second = RawClient.listener(relay, "site-oslo");
        for (int i = 0; i < 11; i++) {
            assertThat(RawClient.ask(relay, target, token).answer.status()).isEqualTo(403);
        }
        RawClient spare = RawClient.ask(relay, target, token);
        assertThat(spare.answer.status()).as("it is told no more that it fails").isEqualTo(101);
        RawClient named = RawClient.ask(relay, target + "&sb-hc-id=" + UUID.randomUUID(), token);
        assertThat(named.answer.status()).as("another at the same address, who has a name").isEqualTo(101);
        await().until(() -> relay.metrics.exposition().contains("_listeners{hybrid_connection=\"site-oslo\"} 2"));
        for (RawClient left : List.of(first, second, named)) {
            left.close();
        }
        relay.threads.start("sender", () -> {
            try {
                RawClient.sender(relay, "site-oslo", "");
            } catch (IOException e) {
                // The relay has ended.
            }
        });
        assertThat(spare.offer().id()).as("now there is a place").isNotEmpty();
        relay.relay.close();
    }
}
