package io.relaygate.plugins.tds;

import static io.relaygate.plugins.tds.wire.Samples.all;
import static io.relaygate.plugins.tds.wire.Samples.hello;
import static io.relaygate.plugins.tds.wire.Samples.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.tds.wire.Encryption;
import io.relaygate.plugins.tds.wire.Feature;
import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Login7.Part;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.MalformedException;
import io.relaygate.plugins.tds.wire.Message;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.plugins.tds.wire.Routing;
import io.relaygate.plugins.tds.wire.Samples;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.plugins.tds.wire.Token;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.SessionEnding;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import io.relaygate.sdk.testkit.TokenIssuer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class TdsPluginTest {

    private static final byte[] ASKS = prelogin(Samples.PRELOGIN, Encryption.NOT_SUPPORTED);
    private static final byte[] SAYS = prelogin(new Message(PacketHeader.RESULT, Prelogin.of(16, 0, 1000).encode()).encode(), Encryption.NOT_SUPPORTED);
    private static final byte[] BATCH = new Message(PacketHeader.BATCH, "select 1".getBytes(StandardCharsets.UTF_16LE)).encode();
    private static final String SETTINGS = """
            mode: terminate
            encryption: optional
            servers:
              - { database: orders, to: sql-a, tls: { mode: none } }
              - { login: "report_*", to: sql-b, tls: { mode: none } }
              - { database: own, to: sql-c, tls: { mode: none }, serverLogin: { user: gateway, password: "${env:PATH}" } }
            """;

    private static byte[] prelogin(byte[] sample, Encryption encryption) {
        try {
            Prelogin said = Prelogin.parse(ByteBuffer.wrap(sample, 8, sample.length - 8)).with(encryption);
            if (sample[0] == PacketHeader.RESULT) {
                said = said.with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.THREAD).with(Prelogin.MARS, (byte) 0);
            }
            return new Message(sample[0], said.encode()).encode();
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Login7 login(String database) {
        try {
            return Samples.login().with(Part.DATABASE, database);
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(Login7 login) {
        return new Message(PacketHeader.LOGIN, login.encode()).encode();
    }

    private static byte[] bytes(LoginAnswer answer) {
        return answer.message().encode();
    }

    private static RouteSetup setup() {
        return TestRoute.with(new TdsProtocol()).destinations("sql-a", "sql-b", "sql-c").settings(SETTINGS);
    }

    private static void receives(Peer peer, byte[] bytes) {
        assertThat(peer.receives(bytes.length)).isEqualTo(bytes);
    }

    /** What a server hears before a login: what the client has said, but for what is the gateway's to say. */
    private static final byte[] FORWARDED = forwarded(ASKS);

    private static byte[] forwarded(byte[] asks) {
        try {
            Prelogin said = Prelogin.parse(ByteBuffer.wrap(asks, 8, asks.length - 8)).only(Prelogin.VERSION, Prelogin.THREAD)
                    .with(Encryption.NOT_SUPPORTED).with(Prelogin.INSTANCE, (byte) 0).with(Prelogin.MARS, (byte) 0);
            return new Message(PacketHeader.PRELOGIN, said.encode()).encode();
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Peer meets(TestSession session, String destination, Login7 login) {
        session.client().sends(ASKS);
        receives(session.client(), SAYS);
        session.client().sends(bytes(login));
        Peer server = session.destination(destination);
        receives(server, FORWARDED);
        server.sends(SAYS);
        return server;
    }

    /** A login, a statement, and the end. */
    private static void talk(TestSession session) {
        Peer server = meets(session, "sql-a", login("Orders"));
        receives(server, bytes(login("Orders")));
        server.sends(bytes(Samples.accepted(0x72090002)));
        receives(session.client(), bytes(Samples.accepted(0x72090002)));
        session.client().sends(BATCH);
        receives(server, BATCH);
        server.sends("the answer");
        session.client().receives("the answer").finishes();
        server.seesTheEnd().finishes();
        session.client().seesTheEnd();
    }

    @Test
    void carriesALoginAndWhatFollowsAndEndsAndBreaksAtEveryPlace() {
        try (TestRoute route = setup().open()) {
            route.atEveryCut(TdsPluginTest::talk);
        }
    }

    @Test
    void aLoginWithoutPreloginGoesTheSameWay() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            session.client().sends(bytes(login("Orders")));
            Peer server = session.destination("sql-a");
            server.receives(forwarded(ASKS).length - 9);
            server.sends(SAYS);
            receives(server, bytes(login("Orders")));
            server.sends(bytes(Samples.accepted(0x72090002)));
            receives(session.client(), bytes(Samples.accepted(0x72090002)));
            session.client().finishes();
            server.seesTheEnd().finishes();
            assertThat(session.ending().notes()).containsEntry("tds.database", "Orders").containsEntry("tds.login", "sa").containsEntry("tds.process", "53");
        }
    }

    private static LoginAnswer told(TestSession session) {
        try {
            byte[] all = session.client().receivesToTheEnd();
            return LoginAnswer.parse(new Message(PacketHeader.RESULT, 0, ByteBuffer.wrap(all, 8, all.length - 8)), 0x72090002);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static void isTold(TestRoute route, Login7 login, int number, Reason reason, String words) {
        TestSession session = route.connect();
        session.client().sends(ASKS);
        receives(session.client(), SAYS);
        session.client().sends(bytes(login));
        Token.Notice error = told(session).error();
        assertThat(error).isNotNull().satisfies(said -> {
            assertThat(said.number()).isEqualTo(number);
            assertThat(said.message()).contains(words);
            assertThat(said.server()).isEqualTo("RelayGate");
        });
        assertThat(session.ending().reason()).isEqualTo(reason);
    }

    @Test
    void whatIsRefusedIsToldInTheProtocolsOwnWords() {
        try (TestRoute route = setup().unreachable("sql-b").open()) {
            isTold(route, login("crm"), 50404, Reason.NOT_FOUND, "route 'test': no server is known for server name \"\", database \"crm\" and login \"sa\".");
            isTold(route, login("crm").as("report_1", new char[0]), 40613, Reason.UNREACHABLE, "retry the connection later");
        }
    }

    private static void closes(TestRoute route, String words, byte[] said) {
        TestSession session = route.connect();
        session.client().sends(said);
        session.client().receivesToTheEnd();
        SessionEnding ending = session.ending();
        assertThat(ending.reason()).as(words).isEqualTo(Reason.MALFORMED);
        assertThat(ending.detail()).contains(words);
    }

    @Test
    void whatIsNoTdsIsClosedAndSaidInTheAudit() {
        try (TestRoute route = setup().open()) {
            closes(route, "begins with byte 71", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            closes(route, "begins with byte 2", hex("0201000900000000 00"));
            closes(route, "a packet of 7 bytes", hex("1201000700000000"));
            closes(route, "more than 4096 bytes", all(hex("1200100000000000"), new byte[4088], hex("1201002000000000"), new byte[24]));
            closes(route, "does not begin with a version", hex("1201000900000000 ff"));
            closes(route, "type 1 in place of a login", all(ASKS, BATCH));
            closes(route, "type 6 in place of a login", all(ASKS, hex("0601000800000000")));
            closes(route, "a login of 4 bytes", hex("1001000c00000000 04000000"));
            closes(route, "more than 131071 bytes", all(hex("10007fff00000000"), new byte[32_759], hex("10007fff00000000"), new byte[32_759],
                    hex("10007fff00000000"), new byte[32_759], hex("10007fff00000000"), new byte[32_759], hex("1001006000000000")));
        }
    }

    @Test
    void aRedirectIsFollowedWherePermitted() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            Peer first = meets(session, "sql-a", login("Orders"));
            receives(first, bytes(login("Orders")));
            LoginAnswer elsewhere = new LoginAnswer(7, with(Samples.accepted(0x72090002).tokens(), new Routing("sql-9\\X", 11_001, "Other").token()));
            first.sends(bytes(elsewhere));
            first.seesTheEnd();
            Peer second = session.destination("sql-a");
            assertThat(second.asked()).isEqualTo(new HostPort("sql-9", 11_001));
            receives(second, FORWARDED);
            second.sends(SAYS);
            receives(second, bytes(login("Other").with(Part.SERVER, "sql-9\\X")));
            second.sends(bytes(Samples.accepted(0x72090002)));
            receives(session.client(), bytes(Samples.accepted(0x72090002)));
            session.client().finishes();
            second.seesTheEnd().finishes();
            session.client().seesTheEnd();
        }
    }

    private static final String REDIRECTS = "redirects: [ { inner: \"SQL-9.example:1433\", outer: \"public.example:11433\" } ]\n";

    private static LoginAnswer sendsElsewhere(int version, String host, int port) {
        return new LoginAnswer(7, with(Samples.accepted(version).tokens(), new Routing(host, port, "Other").token()));
    }

    @Test
    void aRedirectThatHasAnOuterNameIsPassedOnWithIt() {
        Login7 login = login("Orders").withVersion(TdsVersion.V7_4);
        try (TestRoute route = setup().settings(SETTINGS + REDIRECTS).open()) {
            TestSession session = route.connect();
            Peer server = meets(session, "sql-a", login);
            receives(server, bytes(login));
            server.sends(bytes(sendsElsewhere(TdsVersion.V7_4, "sql-9.example\\X", 1433)));
            server.seesTheEnd();
            receives(session.client(), bytes(sendsElsewhere(TdsVersion.V7_4, "public.example", 11433)));
            session.client().finishes().seesTheEnd();
            assertThat(session.ending().reason()).isNull();
            assertThat(session.events()).singleElement().satisfies(event ->
                    assertThat(event.facts()).containsEntry("result", "redirected").containsEntry("to", "public.example:11433"));
        }
    }

    @Test
    void aLoginOfSeveralWordsThatCannotBeMadeAgainIsPassedOnToAnOuterNameToo() {
        Login7 login = login("Orders").withVersion(TdsVersion.V7_4);
        byte[] word = new Message(PacketHeader.SSPI, hex("010203")).encode();
        LoginAnswer challenge = new LoginAnswer(9, List.of(new Token.Other(Token.Other.SSPI, ByteBuffer.wrap(hex("0200 4e51")))));
        try (TestRoute route = setup().settings(SETTINGS + REDIRECTS).open()) {
            TestSession session = route.connect();
            Peer server = meets(session, "sql-a", login);
            receives(server, bytes(login));
            server.sends(bytes(challenge));
            receives(session.client(), bytes(challenge));
            session.client().sends(word);
            receives(server, word);
            server.sends(bytes(sendsElsewhere(TdsVersion.V7_4, "sql-9.example", 1433)));
            receives(session.client(), bytes(sendsElsewhere(TdsVersion.V7_4, "public.example", 11433)));
            session.client().finishes().seesTheEnd();
        }
    }

    @Test
    void aRedirectIsFollowedForClientsThatDoNotKnowRedirectsAndWhereItHasNoOuterName() {
        Login7 modern = login("Orders").withVersion(TdsVersion.V7_4);
        try (TestRoute route = setup().settings(SETTINGS + REDIRECTS).open()) {
            for (HostPort to : List.of(new HostPort("sql-9.example", 1433), new HostPort("sql-9.example", 1434), new HostPort("sql-8.example", 1433))) {
                Login7 login = to.port() == 1433 && to.host().startsWith("sql-9") ? login("Orders") : modern;
                TestSession session = route.connect();
                Peer first = meets(session, "sql-a", login);
                receives(first, bytes(login));
                first.sends(bytes(sendsElsewhere(login.version(), to.host(), to.port())));
                Peer second = session.destination("sql-a");
                assertThat(second.asked()).isEqualTo(to);
                receives(second, FORWARDED);
                second.sends(SAYS);
                receives(second, bytes(login.with(Part.DATABASE, "Other").with(Part.SERVER, to.host())));
                second.sends(bytes(Samples.accepted(login.version())));
                receives(session.client(), bytes(Samples.accepted(login.version())));
                session.client().finishes();
                second.seesTheEnd().finishes();
                session.client().seesTheEnd();
            }
        }
    }

    private static List<Token> with(List<Token> tokens, Token more) {
        return Stream.concat(tokens.stream(), Stream.of(more)).toList();
    }

    @Test
    void otherWaysToTheServerAreKeptFromClients() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            Peer server = meets(session, "sql-a", login("Orders"));
            receives(server, bytes(login("Orders")));
            server.sends(bytes(new LoginAnswer(53, with(Samples.accepted(0x72090002).tokens(), Samples.mirror("sql-2")))));
            receives(session.client(), bytes(Samples.accepted(0x72090002)));
            session.client().finishes();
            server.seesTheEnd().finishes();
        }
    }

    @Test
    void aLoginOfSeveralWordsPassesWordByWord() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            Peer server = meets(session, "sql-a", login("Orders"));
            receives(server, bytes(login("Orders")));
            byte[] word = new Message(PacketHeader.SSPI, hex("010203")).encode();
            for (int i = 0; i < 3; i++) {
                LoginAnswer challenge = new LoginAnswer(9, List.of(new Token.Other(Token.Other.SSPI, ByteBuffer.wrap(hex("0200 4e5" + i)))));
                server.sends(bytes(challenge));
                receives(session.client(), bytes(challenge));
                session.client().sends(word);
                receives(server, word);
            }
            server.sends(bytes(new LoginAnswer(7, with(Samples.accepted(0x72090002).tokens(), new Routing("sql-9", 1433, "").token()))));
            assertThat(told(session).error()).isNotNull().satisfies(said -> assertThat(said.message()).contains("Kerberos or NTLM login cannot be made again"));
        }
    }

    /** What follows is no packets but frames of several sessions in one (MS-TDS section 2.2.3.1.1, MC-SMP). */
    @Test
    void severalRequestsAtOncePassWhereTheRouteSaysSoAndTheServerCan() {
        try (TestRoute route = TestRoute.with(new TdsProtocol()).to("sql-a").settings("mode: terminate\nencryption: optional\nserverTls: { mode: none }\nmars: true").open()) {
            for (boolean can : List.of(true, false)) {
                TestSession session = route.connect();
                session.client().sends(ASKS);
                byte[] says = prelogin(SAYS, Encryption.NOT_SUPPORTED, (byte) 1);
                says[0] = PacketHeader.RESULT;
                receives(session.client(), says);
                session.client().sends(bytes(login("Orders")));
                Peer server = session.destination("sql-a");
                server.receives(FORWARDED.length - 1);
                assertThat(server.receives(1)).as("MARS is asked for").containsExactly(1);
                server.sends(can ? says : SAYS);
                receives(server, bytes(login("Orders")));
                server.sends(bytes(Samples.accepted(0x72090002)));
                if (can) {
                    receives(session.client(), bytes(Samples.accepted(0x72090002)));
                    session.client().sends("S\1\0\0");
                    server.receives("S\1\0\0").finishes();
                    session.client().seesTheEnd().finishes();
                } else {
                    assertThat(told(session).error()).isNotNull().satisfies(said -> assertThat(said.message()).contains("the server has no MARS"));
                }
            }
        }
    }

    @Test
    void theClientsLoginIsReplacedByTheGateways() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            Peer server = meets(session, "sql-c", login("own").as("alice", "hers".toCharArray()));
            byte[] expected = bytes(login("own").as("gateway", System.getenv("PATH").toCharArray()));
            receives(server, expected);
            server.sends(bytes(LoginAnswer.failure(Token.Done.STATEMENT, 18456, 1, 14, "Login failed for user 'gateway'.", "SQL", 0x72090002)));
            Token.Notice error = told(session).error();
            assertThat(error).isNotNull().satisfies(said -> assertThat(said.number()).isEqualTo(18456));
            assertThat(session.ending().detail()).isEqualTo("the server refuses the login with error 18456");
            assertThat(session.events()).singleElement().satisfies(event -> {
                assertThat(event.name()).isEqualTo("tds.login");
                assertThat(event.facts()).containsEntry("result", "refused").containsEntry("error", "18456");
            });
        }
    }

    @Test
    void whoFailsTooOftenIsTurnedAwayForAWhileAndNoServerIsAsked() {
        try (TestRoute route = setup().open()) {
            LoginAnswer no = LoginAnswer.failure(Token.Done.STATEMENT, 18456, 1, 14, "Login failed for user 'sa'.", "SQL", 0x72090002);
            for (int i = 0; i < 10; i++) {
                TestSession session = route.connect();
                Peer server = meets(session, "sql-a", login("Orders"));
                receives(server, bytes(login("Orders")));
                server.sends(bytes(no));
                told(session);
                session.ending();
            }
            isTold(route, login("Orders"), 18456, "RelayGate");
            route.clock().advance(Duration.ofSeconds(61));
            TestSession again = route.connect();
            logsIn(again).finishes();
            again.client().seesTheEnd().finishes();
            again.ending();
        }
    }

    private static void isTold(TestRoute route, Login7 login, int number, String by) {
        TestSession session = route.connect();
        session.client().sends(ASKS);
        receives(session.client(), SAYS);
        session.client().sends(bytes(login));
        Token.Notice error = told(session).error();
        assertThat(error).isNotNull().satisfies(said -> assertThat(said.number()).isEqualTo(number)).satisfies(said -> assertThat(said.server()).isEqualTo(by));
        assertThat(session.ending().detail()).contains("failed too often");
    }

    @Test
    void whoMakesNoProgressIsNotWaitedForWithoutEndAtAnyStage() {
        try (TestRoute route = setup().open()) {
            for (byte[] said : List.of(new byte[0], Arrays.copyOf(ASKS, 3), Arrays.copyOf(ASKS, 20), ASKS, Samples.all(ASKS, Arrays.copyOf(bytes(login("Orders")), 50)))) {
                TestSession session = route.connect();
                session.client().sends(said);
                route.clock().advance(Duration.ofSeconds(31));
                session.client().seesAReset();
                assertThat(session.ending().how()).as("after %d bytes", said.length).isEqualTo("DEADLINE");
            }
            for (byte[] said : List.of(new byte[0], Arrays.copyOf(SAYS, 9), SAYS, Samples.all(SAYS, Arrays.copyOf(bytes(Samples.accepted(0x72090002)), 40)))) {
                TestSession session = route.connect();
                session.client().sends(ASKS).sends(bytes(login("Orders")));
                Peer server = session.destination("sql-a");
                server.receives(FORWARDED.length);
                server.sends(said);
                if (said.length >= SAYS.length) {
                    server.receives(bytes(login("Orders")).length);
                }
                route.clock().advance(Duration.ofSeconds(31));
                session.client().seesAReset();
                session.ending();
            }
        }
    }

    /** Two thousand, who say one byte more when most of the time is over, which gives them no more of it; at one stage it is the server that stops. */
    @Test
    void aFloodOfClientsWhoStopAtAnyStageIsGoneWithOneDeadlineAndLeavesNothing() {
        byte[] all = Samples.all(ASKS, bytes(login("Orders")));
        int[] stages = {0, 3, 20, ASKS.length, ASKS.length + 5, ASKS.length + 50, all.length};
        try (TestRoute route = setup().open()) {
            List<TestSession> sessions = new ArrayList<>();
            List<Runnable> oneMore = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                TestSession session = route.connect();
                sessions.add(session);
                int stage = stages[i % stages.length];
                session.client().sends(Arrays.copyOf(all, stage));
                if (stage < all.length) {
                    oneMore.add(() -> session.client().sends(Arrays.copyOfRange(all, stage, stage + 1)));
                } else {
                    Peer server = session.destination("sql-a");
                    server.receives(FORWARDED.length);
                    oneMore.add(() -> server.sends(Arrays.copyOf(SAYS, 1)));
                }
            }
            route.clock().advance(Duration.ofSeconds(8));
            oneMore.forEach(Runnable::run);
            route.clock().advance(Duration.ofSeconds(23));
            for (TestSession session : sessions) {
                session.client().seesAReset();
                assertThat(session.ending().how()).isIn("DEADLINE", "REFUSED");
            }
            assertThat(route.metrics()).contains("relaygate_sessions_open 0");
        }
    }

    private static RouteSetup sni() {
        return TestRoute.with(new TdsProtocol()).destinations("sql-a", "sql-b").settings("""
                mode: sni
                servers:
                  - { name: "a.sql.example", to: sql-a }
                  - { name: "*.b.example", to: sql-b }
                """);
    }

    private static byte[] flight(byte[] data) {
        return new Message(PacketHeader.PRELOGIN, data).encode();
    }

    /** What the gateway answers, and has the server answer. */
    private static void negotiates(TestSession session) {
        byte[] asks = prelogin(Samples.PRELOGIN, Encryption.OFF);
        byte[] says = prelogin(SAYS, Encryption.REQUIRED);
        session.client().sends(asks);
        receives(session.client(), says);
        session.client().sends(flight(hello("a.sql.example")));
        Peer server = session.destination("sql-a");
        receives(server, prelogin(asks.clone(), Encryption.ON, (byte) 0));
        server.sends(prelogin(SAYS, Encryption.ON));
        receives(server, flight(hello("a.sql.example")));
        server.sends("flight");
        session.client().receives("flight").sends("and all else");
        server.receives("and all else").finishes();
        session.client().seesTheEnd().finishes();
        server.seesTheEnd();
    }

    private static byte[] prelogin(byte[] asks, Encryption encryption, byte mars) {
        try {
            return new Message(PacketHeader.PRELOGIN, Prelogin.parse(ByteBuffer.wrap(asks, 8, asks.length - 8)).with(encryption).with(Prelogin.MARS, mars).encode()).encode();
        } catch (MalformedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void tlsOfTds7PassesToTheServerThatItNames() {
        try (TestRoute route = sni().open()) {
            route.atEveryCut(TdsPluginTest::negotiates);
        }
    }

    @Test
    void tlsOfTds8PassesToTheServerThatItNames() {
        try (TestRoute route = sni().open()) {
            TestSession session = route.connect();
            session.client().sends(hello("x.b.example"));
            Peer server = session.destination("sql-b");
            receives(server, hello("x.b.example"));
            server.sends("flight");
            session.client().receives("flight").finishes();
            server.seesTheEnd().finishes();
            assertThat(session.ending().notes()).containsEntry("tds.server", "x.b.example");
        }
    }

    @Test
    void whatANameCapturesIsWhereItLeads() {
        RouteSetup setup = TestRoute.with(new TdsProtocol()).destinations("sql-a", "sql-b").settings("""
                mode: sni
                servers: [ { name: "{which}.Sql.example", to: "sql-{which}" } ]
                """);
        try (TestRoute route = setup.open()) {
            for (String which : List.of("a", "b")) {
                TestSession session = route.connect();
                session.client().sends(hello(which + ".sql.example"));
                Peer server = session.destination("sql-" + which);
                receives(server, hello(which + ".sql.example"));
                server.finishes();
                session.client().seesTheEnd().finishes();
            }
            isToldInTls(route, "sql-c", "c.sql.example");
            isToldInTls(route, "no server is known for server name \"a.b.sql.example\"", "a.b.sql.example");
        }
    }

    private static void isClosed(TestRoute route, Reason reason, String words, byte[]... said) {
        TestSession session = route.connect();
        session.client().sends(all(said));
        session.client().finishes();
        session.client().seesAReset();
        assertThat(session.ending().reason()).as(words).isEqualTo(reason);
        assertThat(session.ending().detail()).contains(words);
    }

    @Test
    void whatCannotBeRoutedByNameIsClosedAndSaidInTheAudit() {
        try (TestRoute route = sni().open()) {
            byte[] asks = prelogin(Samples.PRELOGIN, Encryption.ON);
            isClosed(route, Reason.NOT_ALLOWED, "connect with encrypt=true", prelogin(Samples.PRELOGIN, Encryption.NOT_SUPPORTED));
            isClosed(route, Reason.NOT_ALLOWED, "connect with encrypt=true", bytes(login("Orders")));
            isClosed(route, Reason.MALFORMED, "is none", asks, flight(hex("1503010002 0228")));
            isClosed(route, Reason.MALFORMED, "speaks no TDS", "GET /".getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Fatal alerts of TLS, bare or in a packet, are what a driver shows of it. */
    @Test
    void whatHasNoServerOrReachesNoneIsToldInTls() {
        try (TestRoute route = sni().open()) {
            String unknown = "no server is known for server name \"c.example\"";
            isToldInTls(route, unknown, "c.example");
            TestSession negotiated = route.connect();
            negotiated.client().sends(prelogin(Samples.PRELOGIN, Encryption.ON));
            receives(negotiated.client(), prelogin(SAYS, Encryption.ON));
            negotiated.client().sends(flight(hello("c.example")));
            receives(negotiated.client(), flight(hex("1503030002 0270")));
            isOver(negotiated, Reason.NOT_FOUND, unknown);
        }
    }

    private static void isToldInTls(TestRoute route, String words, String server) {
        TestSession session = route.connect();
        session.client().sends(hello(server));
        receives(session.client(), hex("1503030002 0270"));
        isOver(session, Reason.NOT_FOUND, words);
    }

    private static void isOver(TestSession session, Reason reason, String words) {
        session.client().seesTheEnd().finishes();
        assertThat(session.ending().reason()).as(words).isEqualTo(reason);
        assertThat(session.ending().detail()).contains(words);
    }

    @Test
    void aServerThatCannotKeepWhatTheClientWasToldIsUnreachable() {
        try (TestRoute route = sni().open()) {
            TestSession session = route.connect();
            session.client().sends(all(prelogin(Samples.PRELOGIN, Encryption.ON), flight(hello("a.sql.example"))));
            Peer server = session.destination("sql-a");
            server.receives(Samples.PRELOGIN.length);
            server.sends(SAYS);
            receives(session.client(), all(prelogin(SAYS, Encryption.ON), flight(hex("1503030002 0250"))));
            isOver(session, Reason.UNREACHABLE, "the server has no TLS");
        }
    }

    @Test
    void passthroughCarriesWhateverItIs() {
        try (TestRoute route = TestRoute.with(new TdsProtocol()).to("sql-a").settings("mode: passthrough").open()) {
            TestSession session = route.connect();
            session.client().sends(ASKS);
            Peer server = session.destination("sql-a");
            receives(server, ASKS);
            server.sends(SAYS).finishes();
            receives(session.client(), SAYS);
            session.client().seesTheEnd().finishes();
        }
    }

    private static void wrong(String words, RouteSetup setup) {
        assertThat(setup.problems()).as(words).isNotEmpty().allSatisfy(problem -> assertThat(problem).contains(words));
    }

    @Test
    void whatARouteCannotWorkWithIsAProblemOfTheConfiguration() {
        RouteSetup bare = TestRoute.with(new TdsProtocol());
        wrong("nothing says where sessions go", bare.settings("mode: terminate"));
        RouteSetup to = TestRoute.with(new TdsProtocol()).to("sql-a");
        wrong("are for mode `terminate`", to.settings("mode: passthrough\nserverTls: { mode: none }"));
        wrong("are for mode `terminate`", to.settings("mode: sni\nencryption: optional"));
        wrong("`servers` is for the modes", to.settings("mode: passthrough\nservers: [ { to: sql-a } ]"));
        wrong("in mode `sni` logins are not seen", to.settings("mode: sni\nservers: [ { to: sql-a, database: x } ]"));
        wrong("in mode `sni` TLS and logins pass", to.settings("mode: sni\nservers: [ { to: sql-a, tls: { mode: none } } ]"));
        wrong("without `tls` no session can be encrypted", to.settings("mode: terminate\nserverTls: { mode: none }"));
        wrong("say how the route's `to` is spoken to", to.settings("mode: terminate\nencryption: optional"));
        wrong("say how a server of `servers` is spoken to", to.settings("mode: terminate\nencryption: optional\nserverTls: { mode: none }\nservers: [ { to: sql-a } ]"));
        wrong("needs a `name` that captures", to.settings("mode: sni\nservers: [ { name: \"{a}.example\", to: \"sql-{b}\" } ]"));
        wrong("captures the same name twice", to.settings("mode: sni\nservers: [ { name: \"{a}.{a}.example\", to: sql-a } ]"));
        wrong("only the `name` of a server can have braces", to.settings(
                "mode: terminate\nencryption: optional\nserverTls: { mode: none }\nservers: [ { database: \"{a}\", to: sql-a, tls: { mode: none } } ]"));
        wrong("no destination can be meant by 'other-{a}'", to.settings("mode: sni\nservers: [ { name: \"{a}.example\", to: \"other-{a}\" } ]"));
        wrong("needs the `name`", to.settings("mode: terminate\nencryption: optional\nserverTls: { mode: strict }"));
        wrong("has no certificate", to.settings("mode: terminate\nencryption: optional\nserverTls: { mode: none, name: x }"));
        wrong("needs `identityProviders:`", to.settings("mode: terminate\nencryption: optional\nserverTls: { mode: none }\nlogins: gateway"));
        wrong("each needs a `serverLogin`", TestRoute.with(new TdsProtocol()).to("sql-a").user("alice", "pw")
                .settings("mode: terminate\nencryption: optional\nserverTls: { mode: none }\nlogins: gateway"));
        String twice = "mode: terminate\nencryption: optional\nserverTls: { mode: none }\nredirects: [ { inner: \"a:1433\", outer: \"b:%d\" }, { inner: \"A:1433\", outer: \"c:1\" } ]";
        wrong("two of `redirects` have `inner: a:1433`", to.settings(twice.formatted(1)));
        wrong("a redirect leads to a port, and 0 is none", to.settings(twice.formatted(0)));
        wrong("are for mode `terminate`", to.settings("mode: sni\n" + REDIRECTS));
        wrong("an empty name fits nothing", setup().settings("mode: terminate\nencryption: optional\nservers: [ { database: \"\", to: sql-a, tls: { mode: none } } ]"));
        wrong("expected a network such as", setup().settings("mode: sni\nservers: [ { networks: [10.0.0.0/33], to: sql-a }, { to: sql-b }, { to: sql-c } ]"));
    }

    @Test
    void theGatewayJudgesLoginsAndTokensAndTheServerSeesItsOwn() {
        try (TestRoute route = TestRoute.with(new TdsProtocol()).to("sql-a").user("alice", "hers").settings("""
                mode: terminate
                encryption: optional
                logins: gateway
                serverTls: { mode: none }
                serverLogin: { user: gateway, password: "${env:PATH}" }
                """).open()) {
            TestSession session = route.connect();
            Peer server = meets(session, "sql-a", login("Orders").as("alice", "hers".toCharArray()));
            receives(server, bytes(login("Orders").as("gateway", System.getenv("PATH").toCharArray())));
            server.sends(bytes(Samples.accepted(0x72090002)));
            receives(session.client(), bytes(Samples.accepted(0x72090002)));
            session.client().finishes();
            server.seesTheEnd().finishes();
            assertThat(session.ending().caller().name()).isEqualTo("alice");

            isTold(route, login("Orders").as("alice", "not hers".toCharArray()), 18456, Reason.NOT_ALLOWED, "Login failed for user 'alice'.");
            isTold(route, login("Orders").as("nobody", "hers".toCharArray()), 18456, Reason.NOT_ALLOWED, "Login failed for user 'nobody'.");
            isTold(route, login("Orders").as("alice", "hers".toCharArray()).with(Part.NEW_PASSWORD, "x"), 50403, Reason.NOT_ALLOWED, "clients cannot change it");
        }
    }

    @Test
    void theGatewayJudgesTokensThatDriversSendInTheirLogins(@TempDir Path folder) throws Exception {
        TokenIssuer issuer = new TokenIssuer();
        Path keys = Files.writeString(folder.resolve("keys.json"), issuer.keys());
        String tokens = "{ tokens: { issuer: \"https://issuer.example\", audiences: [api], groupsClaim: groups, jwksFile: \"" + keys + "\" } }";
        try (TestRoute route = TestRoute.with(new TdsProtocol()).to("sql-a").identityProvider("issuer", tokens).settings("""
                mode: terminate
                encryption: optional
                logins: gateway
                serverTls: { mode: none }
                serverLogin: { user: gateway, password: "${env:PATH}" }
                """).open()) {
            TestSession session = route.connect();
            session.client().sends(prelogin(Samples.PRELOGIN, Encryption.NOT_SUPPORTED, Prelogin.FEDERATED));
            byte[] says = SAYS.clone();
            receives(session.client(), prelogin(says, Encryption.NOT_SUPPORTED, Prelogin.FEDERATED));
            Login7 login = login("Orders").withVersion(TdsVersion.V7_4);
            session.client().sends(bytes(login.withFeatures(List.of(new Feature(0x0a, ByteBuffer.wrap(hex("01"))), token(issuer.token("carol", "ops"))))));
            Peer server = session.destination("sql-a");
            receives(server, FORWARDED);
            server.sends(SAYS);
            Login7 expected = login.withFeatures(List.of(new Feature(0x0a, ByteBuffer.wrap(hex("01"))))).as("gateway", System.getenv("PATH").toCharArray());
            receives(server, bytes(expected));
            server.sends(bytes(Samples.accepted(TdsVersion.V7_4)));
            receives(session.client(), bytes(Samples.accepted(TdsVersion.V7_4).granting(new Feature(Feature.FEDERATED, ByteBuffer.allocate(0)))));
            session.client().finishes();
            server.seesTheEnd().finishes();
            assertThat(session.ending().caller().name()).isEqualTo("carol");
            isTold(route, login.withFeatures(List.of(token(new TokenIssuer().token("carol", "ops")))), 18456, Reason.NOT_ALLOWED, "Login failed");
            isTold(route, login.withFeatures(List.of(new Feature(Feature.FEDERATED, ByteBuffer.wrap(hex("03 ffffff7f"))))), 50400, Reason.MALFORMED, "a token that is cut off");
            isTold(route, login, 18456, Reason.NOT_ALLOWED, "Login failed for user 'sa'.");
        }
    }

    private static byte[] prelogin(byte[] sample, Encryption encryption, int federated) throws MalformedException {
        byte[] plain = prelogin(sample, encryption);
        Prelogin said = Prelogin.parse(ByteBuffer.wrap(plain, 8, plain.length - 8)).with(federated, (byte) 1);
        return new Message(sample[0], said.encode()).encode();
    }

    private static Feature token(String token) {
        byte[] text = token.getBytes(StandardCharsets.UTF_16LE);
        return new Feature(Feature.FEDERATED, ByteBuffer.allocate(5 + text.length).order(ByteOrder.LITTLE_ENDIAN).put((byte) 3).putInt(text.length).put(text).flip());
    }

    private static byte[] batch(String text) {
        byte[] statements = text.getBytes(StandardCharsets.UTF_16LE);
        byte[] headers = hex("16000000 12000000 0200 0000000000000000 01000000");
        return new Message(PacketHeader.BATCH, Samples.all(headers, statements)).encode();
    }

    private static byte[] done(int status, long rows) {
        return bytes(new LoginAnswer(53, List.of(new Token.Done(Token.Done.STATEMENT, status, 0xc1, rows, true))));
    }

    private static Peer logsIn(TestSession session) {
        Peer server = meets(session, "sql-a", login("Orders"));
        receives(server, bytes(login("Orders")));
        server.sends(bytes(Samples.accepted(0x72090002)));
        receives(session.client(), bytes(Samples.accepted(0x72090002)));
        return server;
    }

    private static void passes(TestSession session, Peer server, byte[] asked, byte[] answer) {
        dribbles(session.client(), asked);
        receives(server, asked);
        dribbles(server, answer);
        receives(session.client(), answer);
    }

    /** Each byte by itself. */
    private static void dribbles(Peer peer, byte[] bytes) {
        for (byte each : bytes) {
            peer.sends(new byte[] {each});
        }
    }

    private static RouteSetup inspecting(String more) {
        return TestRoute.with(new TdsProtocol()).to("sql-a").settings("mode: terminate\nencryption: optional\nserverTls: { mode: none }\n" + more);
    }

    @Test
    void eachStatementIsTold() {
        try (TestRoute route = inspecting("statements: audit").open()) {
            TestSession session = route.connect();
            Peer server = logsIn(session);
            passes(session, server, batch("alter login x with password = 'Geheim1' "), done(Token.Done.COUNTED, 7));
            passes(session, server, batch("fails"), bytes(LoginAnswer.failure(Token.Done.STATEMENT, 208, 1, 16, "no", "S", 0x72090002)));
            passes(session, server, inPacketsOf(512, new Message(PacketHeader.BULK, new byte[2000]).encode()), done(Token.Done.COUNTED, 12));
            session.client().finishes();
            server.seesTheEnd().finishes();
            session.ending();
            assertThat(session.events().stream().filter(event -> event.name().equals("tds.statement"))).satisfiesExactly(
                    first -> assertThat(first.facts()).containsEntry("text", "alter login x with password = ?").containsEntry("rows", "7")
                            .containsEntry("result", "done").containsEntry("kind", "batch").containsEntry("login", "sa").containsEntry("database", "Orders")
                            .hasEntrySatisfying("sha256", hash -> assertThat(hash).hasSize(64)).doesNotContainValue("Geheim1"),
                    second -> assertThat(second.facts()).containsEntry("result", "failed").containsEntry("error", "208"),
                    third -> assertThat(third.facts()).containsEntry("kind", "bulk").containsEntry("bytes", "2000").containsEntry("rows", "12"));
            assertThat(route.metrics()).contains("relaygate_tds_errors_total{number=\"208\",route=\"test\"}", "relaygate_tds_logins_total{result=\"accepted\",route=\"test\"}")
                    .doesNotContain("Geheim1");
        }
    }

    private static byte[] changes(String database) {
        byte[] name = database.getBytes(StandardCharsets.UTF_16LE);
        ByteBuffer values = ByteBuffer.allocate(2 + name.length).put((byte) database.length()).put(name).put((byte) 0).flip();
        return bytes(new LoginAnswer(53, List.of(
                new Token.EnvChange(Token.EnvChange.DATABASE, values), new Token.Done(Token.Done.STATEMENT, 0, 0, 0, true))));
    }

    @Test
    void aStatementIsToldWithTheDatabaseThatItBeginsIn() {
        try (TestRoute route = inspecting("statements: audit").open()) {
            TestSession session = route.connect();
            Peer server = logsIn(session);
            passes(session, server, batch("use Lager"), changes("Läger"));
            passes(session, server, batch("select 1"), done(Token.Done.COUNTED, 1));
            passes(session, server, batch("exec both"), changes("Other"));
            byte[] reset = batch("select 2");
            reset[1] |= 0x08;
            passes(session, server, batch("select 2"), done(Token.Done.COUNTED, 1));
            passes(session, server, reset, done(Token.Done.COUNTED, 1));
            session.client().finishes();
            server.seesTheEnd().finishes();
            session.ending();
            assertThat(session.events().stream().filter(event -> event.name().equals("tds.statement")).map(event -> event.facts().get("database")))
                    .containsExactly("Orders", "Läger", "Läger", "Other", "Orders");
        }
    }

    @Test
    void whatMayChangeSomethingIsDeniedWhereTheRouteOnlyReadsAndTheSessionGoesOn() {
        try (TestRoute route = inspecting("readOnly: true\nstatements: audit").open()) {
            TestSession session = route.connect();
            Peer server = logsIn(session);
            byte[] resetting = batch("delete from t");
            resetting[1] |= 0x08;
            dribbles(session.client(), resetting);
            receives(session.client(), denied("a batch may not begin with DELETE"));
            byte[] select = batch("select 1");
            byte[] withReset = select.clone();
            withReset[1] |= 0x08;
            session.client().sends(select);
            receives(server, withReset);
            server.sends(done(Token.Done.COUNTED, 1));
            receives(session.client(), done(Token.Done.COUNTED, 1));
            passes(session, server, select, done(Token.Done.COUNTED, 1));
            session.client().sends(new Message(PacketHeader.BULK, new byte[100]).encode());
            receives(session.client(), denied("what is asked cannot be read"));
            byte[] large = new byte[300_000];
            Arrays.fill(large, (byte) ' ');
            session.client().sends(batch("select '" + new String(large, StandardCharsets.US_ASCII) + "'"));
            receives(session.client(), denied("what is asked cannot be read"));
            byte[] small = inPacketsOf(512, batch("select '" + new String(large, 0, 60_000, StandardCharsets.US_ASCII) + "'"));
            session.client().sends(small);
            receives(server, small);
            server.sends(done(0, 0));
            receives(session.client(), done(0, 0));
            passes(session, server, new Message(PacketHeader.ATTENTION, new byte[0]).encode(), done(0x20, 0));
            passes(session, server, new Message(PacketHeader.TRANSACTION, new byte[30]).encode(), done(0, 0));
            session.client().finishes();
            server.seesTheEnd().finishes();
            session.ending();
            assertThat(session.events().stream().filter(event -> event.name().equals("tds.statement")).map(event -> event.facts().get("result")))
                    .containsExactly("denied", "done", "done", "denied", "denied", "done");
        }
    }

    private static byte[] inPacketsOf(int size, byte[] message) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Objects.requireNonNull(Message.read(new ByteArrayInputStream(message), message.length)).write(out, size);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is begun is not passed on where it might be denied, and is no end. */
    @Test
    void aClientThatBreaksOffInARequestIsNoEndToItsServer() {
        for (String settings : List.of("readOnly: true", "statements: count")) {
            try (TestRoute route = inspecting(settings).open()) {
                TestSession session = route.connect();
                Peer server = logsIn(session);
                session.client().sends(Arrays.copyOf(batch("select 1"), 20)).resets();
                server.seesAReset();
                assertThat(session.ending().how()).isEqualTo("PEER_LOST");
            }
        }
    }

    private static byte[] denied(String why) {
        return LoginAnswer.failure(Token.Done.STATEMENT, 50403, 1, 14, "RelayGate, route 'test' only reads: " + why + ".", "RelayGate", 0x72090002)
                .message().encode();
    }

    @Test
    void leavesMemoryWhenItIsReplaced(@TempDir Path folder) {
        Reloads.of(PluginJar.of(TdsPlugin.class, folder), "tds", route -> route.destinations("sql-a").settings("""
                mode: terminate
                encryption: optional
                servers: [ { database: orders, to: sql-a, tls: { mode: none } } ]
                """), TdsPluginTest::talk);
    }
}
