package io.relaygate.plugins.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.postgres.wire.ErrorResponse;
import io.relaygate.plugins.postgres.wire.Message;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class PostgresPluginTest {

    private static final byte[] KEY = HexFormat.of().parseHex("0000002a01020304");
    private static final byte[] READY = all(
            message('R', 0, 0, 0, 0), message('S', "TimeZone\0UTC\0"), message('K', KEY), message('Z', "I"));

    private static byte[] all(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] message(char type, byte... body) {
        return new Message(type, ByteBuffer.wrap(body)).encode();
    }

    private static byte[] message(char type, int... body) {
        byte[] bytes = new byte[body.length];
        for (int i = 0; i < body.length; i++) {
            bytes[i] = (byte) body[i];
        }
        return message(type, bytes);
    }

    private static byte[] message(char type, String body) {
        return message(type, body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] first(int code, byte... rest) {
        return ByteBuffer.allocate(8 + rest.length).putInt(8 + rest.length).putInt(code).put(rest).array();
    }

    private static byte[] startup(String database, String user) {
        return first(3 << 16, ("user\0" + user + "\0database\0" + database + "\0\0").getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] cancel(byte... key) {
        return first(1234 << 16 | 5678, key);
    }

    private static RouteSetup setup() {
        return TestRoute.with(new PostgresProtocol()).destinations("pg-a", "pg-b", "pg-c").settings("""
                servers:
                  - { database: orders, to: pg-a }
                  - { database: "crm*", user: app, to: pg-b }
                  - { user: "report_*", to: pg-c }
                """);
    }

    private static void receives(Peer peer, byte[] bytes) {
        assertThat(peer.receives(bytes.length)).isEqualTo(bytes);
    }

    /** A login with a password, a query, and the end. */
    private static void talk(TestSession session) {
        session.client().sends(startup("orders", "app"));
        Peer server = session.destination("pg-a");
        receives(server, startup("orders", "app"));
        server.sends(message('R', 0, 0, 0, 3));
        receives(session.client(), message('R', 0, 0, 0, 3));
        session.client().sends(message('p', "secret\0"));
        receives(server, message('p', "secret\0"));
        server.sends(READY);
        receives(session.client(), READY);
        session.client().sends(message('Q', "select 1\0"));
        receives(server, message('Q', "select 1\0"));
        server.sends("the answer");
        session.client().receives("the answer").finishes();
        server.seesTheEnd().finishes();
        session.client().seesTheEnd();
    }

    @Test
    void carriesALoginAndWhatFollowsAndEndsAndBreaksAtEveryPlace() {
        try (TestRoute route = setup().open()) {
            route.atEveryCut(PostgresPluginTest::talk);
        }
    }

    private static void reaches(TestRoute route, String database, String user, String destination) {
        TestSession session = route.connect();
        session.client().sends(startup(database, user));
        Peer server = session.destination(destination);
        receives(server, startup(database, user));
        server.sends(READY);
        receives(session.client(), READY);
        session.client().finishes();
        server.seesTheEnd().finishes();
        session.client().seesTheEnd();
        assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
    }

    @Test
    void theFirstServerThatFitsIsTaken() {
        try (TestRoute route = setup().open()) {
            reaches(route, "orders", "report_eu", "pg-a");
            reaches(route, "crm", "app", "pg-b");
            reaches(route, "crm_test", "app", "pg-b");
            reaches(route, "crm", "report_eu", "pg-c");
        }
    }

    private static void isTold(TestRoute route, byte[] first, String sqlState, Reason reason, String words) {
        TestSession session = route.connect();
        session.client().sends(first);
        String told = new String(session.client().receivesToTheEnd(), StandardCharsets.UTF_8);
        assertThat(told).startsWith("E").contains("SFATAL\0VFATAL\0C" + sqlState + "\0M").contains(words);
        assertThat(session.ending().reason()).isEqualTo(reason);
    }

    @Test
    void whatIsRefusedIsToldInTheProtocolsOwnWords() {
        try (TestRoute route = setup().unreachable("pg-b").open()) {
            isTold(route, startup("crm", "other"), "3D000", Reason.NOT_FOUND, "database \"crm\" and user \"other\"");
            isTold(route, startup("Orders", "app"), "3D000", Reason.NOT_FOUND, "\"Orders\"");
            isTold(route, startup("crm", "app"), "08001", Reason.UNREACHABLE, "unreachable");
            isTold(route, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), "08P01", Reason.MALFORMED, "a first message of");
            isTold(route, first(2 << 16), "08P01", Reason.MALFORMED, "unsupported frontend protocol 2.0");
        }
    }

    @Test
    void encryptionThatTheRouteDoesNotHaveIsDeclinedAndTheSessionGoesOn() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            session.client().sends(first(1234 << 16 | 5680)).receives("N");
            session.client().sends(first(1234 << 16 | 5679)).receives("N");
            talk(session);
            TestSession insists = route.connect();
            insists.client().sends(first(1234 << 16 | 5680)).receives("N");
            insists.client().sends(first(1234 << 16 | 5680));
            assertThat(insists.client().receivesToTheEnd()).isEqualTo(new ErrorResponse("08P01", "asks for GSSAPI encryption again").encode());
        }
    }

    @Test
    void aRequestToCancelGoesToTheServerThatHasTheSessionAndToNoneWhenItIsOver() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            session.client().sends(startup("orders", "app"));
            Peer server = session.destination("pg-a");
            receives(server, startup("orders", "app"));
            server.sends(READY);
            receives(session.client(), READY);

            TestSession cancelling = route.connect();
            cancelling.client().sends(cancel(KEY));
            Peer cancelled = cancelling.destination("pg-a");
            receives(cancelled, cancel(KEY));
            cancelled.closes();
            assertThat(cancelling.client().receivesToTheEnd()).isEmpty();

            session.client().finishes();
            server.seesTheEnd().finishes();
            session.client().seesTheEnd();
            session.ending();

            TestSession late = route.connect();
            late.client().sends(cancel(KEY));
            assertThat(late.client().receivesToTheEnd()).isEmpty();
            assertThat(late.ending().notes()).containsEntry("postgres.cancel", "unknown");
        }
    }

    /** After GSSAPI nobody can tell whose turn it is. */
    @Test
    void aLoginByGssapiPasses() {
        try (TestRoute route = setup().open()) {
            TestSession session = route.connect();
            session.client().sends(startup("orders", "app"));
            Peer server = session.destination("pg-a");
            receives(server, startup("orders", "app"));
            server.sends(message('R', 0, 0, 0, 7));
            receives(session.client(), message('R', 0, 0, 0, 7));
            session.client().sends(message('p', "ticket"));
            receives(server, message('p', "ticket"));
            server.sends(all(message('R', 0, 0, 0, 8, 1), READY));
            receives(session.client(), all(message('R', 0, 0, 0, 8, 1), READY));
            session.client().closes();
            server.seesTheEnd().closes();
        }
    }

    @Test
    void whatARouteCannotWorkWithIsAProblemOfTheConfiguration() {
        assertThat(TestRoute.with(new PostgresProtocol()).problems()).singleElement().asString()
                .contains("nothing says where sessions go; give the route `to: NAME`, or `servers:`");
        assertThat(setup().settings("servers: [ { to: pg-a } ]\nallowPlain: true").problems()).singleElement().asString()
                .contains("without `tls` every session is plain");
        assertThat(setup().settings("servers: [ { database: \"\", to: pg-a } ]").problems()).singleElement().asString()
                .contains("an empty name fits nothing");
    }

    @Test
    void leavesMemoryWhenItIsReplaced(@TempDir Path folder) {
        Reloads.of(PluginJar.of(PostgresPlugin.class, folder), "postgres",
                route -> route.destinations("pg-a").settings("servers: [ { database: orders, to: pg-a } ]"), PostgresPluginTest::talk);
    }
}
