package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Frames.DATA;
import static io.relaygate.plugins.http.Frames.HEADERS;
import static io.relaygate.plugins.http.Frames.NOTHING;
import static io.relaygate.plugins.http.Frames.PREFACE;
import static io.relaygate.plugins.http.Frames.RESET;
import static io.relaygate.plugins.http.Frames.SETTINGS;
import static io.relaygate.plugins.http.Frames.all;
import static io.relaygate.plugins.http.Frames.data;
import static io.relaygate.plugins.http.Frames.frame;
import static io.relaygate.plugins.http.Frames.number;
import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.http.Frames.Frame;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** WebSockets over HTTP/2 (RFC 8441), with clients, with destinations, and with both. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class TunnelsTest {

    private static final byte[] TAKES_TUNNELS = frame(SETTINGS, NOTHING, 0, (byte) 0, (byte) 8, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
    private static final Pattern KEY = Pattern.compile("\r\nSec-WebSocket-Key: (\\S+)\r\n");

    private static byte[] connect(int stream, String protocol) {
        return Frames.head(stream, false, ":method", "CONNECT", ":protocol", protocol, ":scheme", "http", ":path", "/x?y", ":authority", "a",
                "sec-websocket-version", "13", "sec-websocket-protocol", "chat");
    }

    private static RouteSetup toHttp2() {
        return route("hosts: { a: { to: far, http2: true } }\n").destinations("far");
    }

    /** As RFC 6455 section 4.2.2 has it. */
    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-1").digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String key(String seen) {
        Matcher key = KEY.matcher(seen);
        assertThat(key.find()).as(seen).isTrue();
        assertThat(Base64.getDecoder().decode(key.group(1))).hasSize(16);
        return key.group(1);
    }

    private static String switching(String key) {
        return head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Protocol: chat",
                "Sec-WebSocket-Accept: " + accept(key));
    }

    private static void leaves(TestSession session) {
        session.client().closes();
        session.ending();
    }

    /** What a destination of HTTP/2 is asked, once it has said what it takes. */
    private static Frame asked(Peer far, Frames there, byte[] settings) {
        far.receives(24);
        far.sends(settings);
        return there.next(HEADERS);
    }

    @Test
    void clientsAreToldThatTheyMayAskForTunnelsWhereUpgradesAreAllowed() {
        for (String upgrades : List.of("", "upgrades: []\n")) {
            try (TestRoute route = route(upgrades).to("far").open()) {
                TestSession session = route.connect();
                session.client().sends(PREFACE);
                Frame settings = new Frames(session.client()).next(SETTINGS);
                boolean told = false;
                while (settings.payload().hasRemaining()) {
                    short name = settings.payload().getShort();
                    int value = settings.payload().getInt();
                    told |= name == 8 && value == 1;
                }
                assertThat(told).isEqualTo(upgrades.isEmpty());
                leaves(session);
            }
        }
    }

    @Test
    void webSocketOfAClientIsAnUpgradeToADestinationOfHttp1HoweverItIsCut() {
        try (TestRoute route = route("").to("far").open()) {
            byte[] said = all(PREFACE, connect(1, "websocket"), data(1, "hello", false));
            for (int cut = 0; cut < said.length; cut++) {
                TestSession session = route.connect();
                session.client().sends(Arrays.copyOf(said, cut)).sends(Arrays.copyOfRange(said, cut, said.length));
                Peer far = session.destination("far");
                String seen = headOf(far);
                String key = key(seen);
                assertThat(seen.replace(key, "KEY")).isEqualTo(head("GET /x?y HTTP/1.1", "Host: a", "sec-websocket-version: 13", "sec-websocket-protocol: chat",
                        "Via: 2.0 gw", "X-Request-Id: ID", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: KEY"));
                far.sends(switching(key) + "welcome");
                far.receives("hello");
                Frames frames = new Frames(session.client());
                assertThat(frames.said(frames.next(HEADERS))).isEqualTo("200\nsec-websocket-protocol: chat\nvia: 1.1 gw\n");
                assertThat(frames.next(DATA).text()).isEqualTo("welcome");
                session.client().sends(data(1, "bye", true));
                far.receives("bye").seesTheEnd().sends("and").closes();
                assertThat(frames.next(DATA).text()).isEqualTo("and");
                assertThat(frames.next(DATA).ends()).isTrue();
                session.client().closes();
                assertThat(session.ending().notes()).containsEntry("http.upgrade", "websocket");
            }
        }
    }

    @Test
    void webSocketIsATunnelToADestinationOfHttp2ThatTakesIt() {
        try (TestRoute route = toHttp2().open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, connect(1, "websocket")));
            Peer far = session.destination("far");
            Frames there = new Frames(far);
            Frame asked = asked(far, there, TAKES_TUNNELS);
            assertThat(asked.ends()).isFalse();
            assertThat(there.tunnel(asked)).isEqualTo("websocket /x?y a");
            assertThat(there.said(asked)).contains("sec-websocket-version: 13\n", "via: 2.0 gw\n").doesNotContain("key", "upgrade");
            far.sends(all(Frames.head(1, false, ":status", "200", "sec-websocket-protocol", "chat"), data(1, "welcome", false)));
            Frames frames = new Frames(session.client());
            assertThat(frames.said(frames.next(HEADERS))).isEqualTo("200\nsec-websocket-protocol: chat\nvia: 2.0 gw\n");
            assertThat(frames.next(DATA).text()).isEqualTo("welcome");
            session.client().sends(data(1, "x".repeat(10_000), true));
            Frame up = there.next(DATA);
            StringBuilder all = new StringBuilder(up.text());
            while (!up.ends()) {
                up = there.next(DATA);
                all.append(up.text());
            }
            assertThat(all).hasSize(10_000);
            far.sends(data(1, "bye", true));
            assertThat(frames.next(DATA).text()).isEqualTo("bye");
            assertThat(frames.next(DATA).ends()).isTrue();
            session.client().closes();
            far.receivesToTheEnd();
            far.closes();
            session.ending();
        }
    }

    @Test
    void webSocketOfAClientOfHttp1IsATunnelToADestinationOfHttp2() {
        try (TestRoute route = toHttp2().open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET /x?y HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==") + "early");
            Peer far = session.destination("far");
            Frames there = new Frames(far);
            assertThat(there.tunnel(asked(far, there, TAKES_TUNNELS))).isEqualTo("websocket /x?y a");
            far.sends(all(Frames.head(1, false, ":status", "200"), data(1, "welcome", false)));
            session.client().receives(head("HTTP/1.1 101 Switching Protocols", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "Via: 2.0 gw",
                    "Connection: Upgrade", "Upgrade: websocket") + "welcome");
            assertThat(there.next(DATA).text()).isEqualTo("early");
            far.sends(data(1, "", true));
            session.client().finishes().seesTheEnd();
            assertThat(there.next(DATA).ends()).isTrue();
            session.client().closes();
            far.receivesToTheEnd();
            far.closes();
            session.ending();
        }
    }

    @Test
    void destinationThatDoesNotKnowTheKeyOrDoesNotChangeIsSaidSo() {
        String otherKey = head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: " + accept("x"));
        String noKey = head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket");
        String otherProtocol = head("HTTP/1.1 200 OK", "Content-Length: 0");
        try (TestRoute route = route("").to("far").open()) {
            for (String answer : List.of(otherKey, noKey, otherProtocol)) {
                TestSession session = route.connect();
                session.client().sends(all(PREFACE, connect(1, "websocket")));
                Peer far = session.destination("far");
                headOf(far);
                far.sends(answer);
                Frames frames = new Frames(session.client());
                assertThat(frames.response(1)).startsWith("502\n").contains("error=http_upgrade_failed");
                assertThat(frames.next(RESET).number()).as("nothing more is wanted of it").isZero();
                far.seesAReset();
                leaves(session);
            }
        }
    }

    @Test
    void answerOfADestinationThatRefusesIsTheClients() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, connect(1, "websocket")));
            Peer far = session.destination("far");
            headOf(far);
            far.sends(head("HTTP/1.1 403 Forbidden", "Content-Length: 2") + "no");
            Frames frames = new Frames(session.client());
            assertThat(frames.response(1)).isEqualTo("403\nvia: 1.1 gw\ncontent-length: 2\nno");
            assertThat(frames.next(RESET).number()).isZero();
            far.seesTheEnd().closes();
            leaves(session);
        }
    }

    @Test
    void tunnelForWhatUpgradesDoesNotNameIsNotMade() {
        for (String[] each : new String[][] {{"", "other"}, {"upgrades: []\n", "websocket"}, {"", "a b"}}) {
            try (TestRoute route = route(each[0]).to("far").open()) {
                TestSession session = route.connect();
                session.client().sends(all(PREFACE, connect(1, each[1])));
                assertThat(new Frames(session.client()).response(1)).startsWith(each[1].equals("a b") ? "400\n" : "501\n");
                leaves(session);
            }
        }
    }

    @Test
    void destinationOfHttp2ThatTakesNoTunnelsIsSaidSo() {
        try (TestRoute route = toHttp2().open()) {
            TestSession session = route.connect();
            session.client().sends(all(PREFACE, connect(1, "websocket")));
            Peer far = session.destination("far");
            far.sends(frame(SETTINGS, NOTHING, 0));
            assertThat(new Frames(session.client()).response(1)).startsWith("502\n")
                    .contains("error=http_upgrade_failed").endsWith("the destination takes no websocket over HTTP/2 (RFC 8441)\n");
            session.client().closes();
            far.receivesToTheEnd();
            far.closes();
            session.ending();
        }
    }

    @Test
    void sideThatBreaksBreaksTheOther() {
        try (TestRoute route = route("").to("far").open()) {
            TestSession session = route.connect();
            Frames frames = new Frames(session.client());
            session.client().sends(all(PREFACE, connect(1, "websocket")));
            Peer one = session.destination("far");
            one.sends(switching(key(headOf(one))));
            frames.said(frames.next(HEADERS));
            session.client().sends(number(RESET, 1, 8));
            one.seesAReset();
            session.client().sends(connect(3, "websocket"));
            Peer other = session.destination("far");
            other.sends(switching(key(headOf(other))));
            frames.said(frames.next(HEADERS));
            other.resets();
            assertThat(frames.next(RESET).stream()).isEqualTo(3);
            leaves(session);
        }
    }
}
