package io.relaygate.plugins.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.SessionEnding;
import io.relaygate.sdk.testkit.TestEvent;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class RedisPluginTest {

    private static final Pattern MARKER = Pattern.compile("\\*1\r\n\\$[0-9]+\r\n(relaygate-[0-9a-f]{32}:[a-z|:]+)\r\n");
    private static final String PING = "*1\r\n$4\r\nPING\r\n";
    private static final String NO_KEYS = "-NOPERM User default has no permissions to run the 'keys' command\r\n";

    private static RouteSetup route(String settings) {
        return TestRoute.with(new RedisProtocol()).settings(settings);
    }

    private static RouteSetup rules() {
        return route("deny: [keys, \"config|set\"]").to("cache");
    }

    private static String bulk(String... words) {
        StringBuilder all = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            all.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return all.toString();
    }

    /** What a server says to the command that stands for a refused one. */
    private static Peer answersTheMarker(Peer server, String code) {
        int length = 4 + 5 + 43 + code.length() + 2;
        String request = new String(server.receives(length), ISO_8859_1);
        Matcher marker = MARKER.matcher(request);
        assertThat(marker.matches()).as(request).isTrue();
        assertThat(marker.group(1)).endsWith(":" + code);
        return server.sends("-ERR unknown command '" + marker.group(1) + "', with args beginning with: \r\n");
    }

    @Test
    void routeWithoutRulesIsCarriedAsItIs() {
        try (TestRoute route = route("logins: server").to("cache").open()) {
            route.atEveryCut(session -> {
                session.client().sends("anything");
                session.destination("cache").receives("anything").sends("at all");
                session.client().receives("at all");
            });
        }
    }

    @Test
    void refusedCommandsAreAnsweredInTheirPlaceAndTheConnectionLivesOn() {
        try (TestRoute route = rules().open()) {
            TestSession session = route.connect();
            session.client().sends(PING + bulk("KEYS", "*") + PING);
            Peer cache = session.destination("cache").receives(PING);
            answersTheMarker(cache, "noperm:keys").receives(PING).sends("+PONG\r\n");
            session.client().receives(NO_KEYS + "+PONG\r\n");
            session.client().sends(bulk("CONFIG", "SET", "a", "b") + bulk("config", "get", "a"));
            answersTheMarker(cache, "noperm:config|set").receives(bulk("config", "get", "a")).sends(">1\r\n+push\r\n*0\r\n");
            session.client()
                    .receives("-NOPERM User default has no permissions to run the 'config|set' command\r\n>1\r\n+push\r\n*0\r\n")
                    .finishes();
            cache.seesTheEnd().closes();
            session.client().seesTheEnd();
            SessionEnding ending = session.ending();
            assertThat(ending.notes()).containsEntry("redis.refused", "2");
            assertThat(session.events()).containsExactly(
                    new TestEvent("redis.refused", Map.of("command", "keys")),
                    new TestEvent("redis.refused", Map.of("command", "config|set")));
        }
    }

    @Test
    void conversationSurvivesEveryCutAndEndsAtEveryEndAndBreak() {
        try (TestRoute route = rules().open()) {
            route.atEveryCut(session -> {
                session.client().sends("keys *\r\n" + PING);
                Peer cache = session.destination("cache");
                answersTheMarker(cache, "noperm:keys").receives(PING).sends("+PONG\r\n");
                session.client().receives(NO_KEYS + "+PONG\r\n");
            });
        }
    }

    @Test
    void allowListLetsNothingElseThroughAndScriptsMustBeNamed() {
        try (TestRoute route = route("groups: { reads: [get, mget] }\nallow: [\"@reads\", evalsha]\ndeny: [mget]").to("cache").open()) {
            TestSession session = route.connect();
            Peer cache = session.destination("cache");
            for (String refused : new String[] {"set", "mget", "eval", "psync"}) {
                session.client().sends(refused + " 1 2\r\n");
                answersTheMarker(cache, "noperm:" + refused);
                session.client().receives("-NOPERM User default has no permissions to run the '" + refused + "' command\r\n");
            }
            session.client().sends(bulk("GET", "k") + bulk("EVALSHA", "x", "0") + bulk("QUIT"));
            cache.receives(bulk("GET", "k") + bulk("EVALSHA", "x", "0") + bulk("QUIT")).sends("$-1\r\n+OK\r\n+OK\r\n").closes();
            session.client().receives("$-1\r\n+OK\r\n+OK\r\n").seesTheEnd().finishes();
            session.ending();
        }
        try (TestRoute route = rules().open()) {
            TestSession session = route.connect();
            Peer cache = session.destination("cache");
            session.client().sends("eval x 0\r\n");
            answersTheMarker(cache, "noperm:eval");
            session.client().receives("-NOPERM User default has no permissions to run the 'eval' command\r\n").closes();
            cache.seesTheEnd().closes();
            session.ending();
        }
    }

    @Test
    void brokenProtocolIsToldAfterAllReplies() {
        try (TestRoute route = rules().open()) {
            TestSession session = route.connect();
            session.client().sends(PING + "*1\r\n+bad\r\n");
            Peer cache = session.destination("cache").receives(PING).sends("+PONG\r\n");
            answersTheMarker(cache, "protocol").seesTheEnd().closes();
            session.client().receives("+PONG\r\n-ERR Protocol error: expected '$', got '+'\r\n").seesTheEnd().finishes();
            session.ending();
        }
    }

    @Test
    void largeValuesAreNotHeld() {
        try (TestRoute route = rules().open()) {
            TestSession session = route.connect();
            Peer cache = session.destination("cache");
            session.client().sends("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$9000000\r\n").stallsWithin(400_000);
            cache.seesAReset();
            assertThat(session.ending().how()).isEqualTo("PEER_LOST");
        }
    }

    @Test
    void gatewayJudgesAuthAndLogsInAtTheServerItself(@TempDir Path folder) throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "inner");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        String settings = "logins: gateway\nserverUser: edge\nserverPassword: \"${file:" + password + "}\"\ndeny: [keys]";
        try (TestRoute route = route(settings).to("cache").user("ann", "secret").open()) {
            TestSession session = route.connect();
            session.client().sends(PING + "AUTH ann guess\r\nAUTH secret\r\nHELLO 3\r\n").receives(
                    "-NOAUTH Authentication required.\r\n" + Conversation.WRONG_PASSWORD + "\r\n" + Conversation.WRONG_PASSWORD
                            + "\r\n-NOAUTH Authentication required.\r\n");
            session.client().sends(bulk("AUTH", "ann", "secret") + PING);
            Peer cache = session.destination("cache").receives(bulk("AUTH", "edge", "inner")).sends("+OK\r\n").receives(PING).sends("+PONG\r\n");
            session.client().receives("+OK\r\n+PONG\r\n").sends("AUTH ann secret\r\nAUTH ann guess\r\nRESET\r\nHELLO 3\r\n");
            answersTheMarker(cache, "ok");
            answersTheMarker(cache, "wrongpass");
            answersTheMarker(cache, "noperm:reset").receives(bulk("HELLO", "3")).sends("%0\r\n");
            session.client().receives("+OK\r\n" + Conversation.WRONG_PASSWORD
                    + "\r\n-NOPERM User ann has no permissions to run the 'reset' command\r\n%0\r\n");
            session.client().closes();
            cache.seesTheEnd().closes();
            assertThat(session.ending().caller().name()).isEqualTo("ann");
        }
    }

    @Test
    void helloIsPassedOnWithoutTheLoginThatTheGatewayJudges() {
        try (TestRoute route = route("logins: gateway").to("cache").user("ann", "secret").open()) {
            route.atEveryCut(session -> {
                session.client().sends(bulk("HELLO", "3", "AUTH", "ann", "secret", "SETNAME", "x"));
                session.destination("cache").receives(bulk("HELLO", "3", "SETNAME", "x")).sends("%0\r\n");
                session.client().receives("%0\r\n");
            });
        }
    }

    @Test
    void userPicksTheDestination() {
        String users = "users: { reports: replica, \"*\": main }";
        try (TestRoute route = route(users).destinations("replica", "main").open()) {
            TestSession reports = route.connect();
            reports.client().sends(bulk("AUTH", "reports", "x"));
            Peer replica = reports.destination("replica").receives(bulk("AUTH", "reports", "x")).sends("+OK\r\n");
            reports.client().receives("+OK\r\n").sends(bulk("AUTH", "other", "x"));
            answersTheMarker(replica, "elsewhere");
            reports.client().receives("-ERR this user's server is another one; connect anew to log in as this user\r\n").closes();
            replica.seesTheEnd().closes();
            assertThat(reports.ending().notes()).containsEntry("redis.user", "reports");

            TestSession nobody = route.connect();
            nobody.client().sends(PING);
            Peer main = nobody.destination("main").receives(PING).sends("+PONG\r\n");
            nobody.client().receives("+PONG\r\n").closes();
            main.seesTheEnd().closes();
            nobody.ending();
        }
        try (TestRoute route = route("users: { reports: replica }").destinations("replica").open()) {
            TestSession session = route.connect();
            session.client().sends(PING).receives("-NOAUTH Authentication required.\r\n").sends("quit\r\n").receives("+OK\r\n").seesTheEnd();
            session.ending();
        }
    }

    @Test
    void clientHearsWhyItGoesNowhere() {
        try (TestRoute route = rules().unreachable("cache").open()) {
            TestSession session = route.connect();
            session.client().receives("-ERR destination 'cache' is unreachable in this test\r\n").closes();
            assertThat(session.ending().reason()).isEqualTo(Reason.UNREACHABLE);
        }
        try (TestRoute route = route("logins: gateway").to("cache").user("ann", "x").open()) {
            TestSession session = route.connect();
            session.client().sends("PING\r\n".repeat(16)).receives("-NOAUTH Authentication required.\r\n".repeat(16))
                    .receives("-NOPERM too many requests before a login\r\n").closes();
            assertThat(session.ending().reason()).isEqualTo(Reason.NOT_ALLOWED);
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        assertThat(route("logins: server").problems()).singleElement().asString().contains("redis needs `to:`");
        assertThat(route("serverUser: x").to("a").problems()).singleElement().asString().contains("needs `serverPassword`");
        assertThat(route("allow: [\"@reads\"]").to("a").problems()).singleElement().asString().contains("there is no group 'reads'");
        assertThat(route("allow: [GET]").to("a").problems()).first().asString().contains("written in lower case");
        assertThat(route("logins: gateway").to("a").problems()).singleElement().asString().contains("needs `identityProviders`");
        assertThat(route("logins: server").to("a").user("ann", "x").problems()).singleElement().asString().contains("need `logins: gateway`");
        assertThat(route("users: { \"*\": a }").to("a").problems()).singleElement().asString().contains("leave one out");
    }

    @Test
    void leavesMemoryWhenItIsReplaced(@TempDir Path folder) {
        Reloads.of(PluginJar.of(RedisPlugin.class, folder), "redis", route -> route.to("cache").settings("deny: [keys]"), session -> {
            session.client().sends(PING);
            session.destination("cache").receives(PING).sends("+PONG\r\n");
            session.client().receives("+PONG\r\n");
        });
    }
}
