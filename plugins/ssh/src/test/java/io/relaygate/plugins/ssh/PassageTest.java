package io.relaygate.plugins.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.ssh.wire.Greetings;
import io.relaygate.plugins.ssh.wire.KeyExchange;
import io.relaygate.plugins.ssh.wire.Message;
import io.relaygate.plugins.ssh.wire.Packet;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.PluginJar;
import io.relaygate.sdk.testkit.Reloads;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.SessionEnding;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class PassageTest {

    private static final String CLIENT = "SSH-2.0-OpenSSH_9.2p1 Debian-2";
    private static final String SERVER = "SSH-2.0-dropbear";
    private static final String OWN = "SSH-2.0-RelayGate\r\n";
    private static final byte[] CLIENT_OFFER = Greetings.offer("curve25519-sha256," + KeyExchange.STRICT_CLIENT);
    private static final byte[] SERVER_OFFER = Greetings.offer("curve25519-sha256," + KeyExchange.STRICT_SERVER);
    private static final byte[] PLAIN_OFFER = Greetings.offer("curve25519-sha256");
    private static final byte[] IGNORE = Packet.encode(new byte[] {2, 0, 0, 0, 0});

    private static RouteSetup setup(String more) {
        return TestRoute.with(new SshProtocol()).to("host").settings("mode: passthrough\n" + more);
    }

    private static void receives(Peer peer, byte[] bytes) {
        assertThat(peer.receives(bytes.length)).isEqualTo(bytes);
    }

    /** How a client is told something before keys are exchanged. */
    private static String told(int reason, String words) {
        return new String(Packet.encode(Message.disconnect(reason, words)), ISO_8859_1);
    }

    private static Peer talk(TestSession session) {
        session.client().sends(Greetings.line(CLIENT, CLIENT_OFFER));
        Peer server = session.destination("host");
        receives(server, Greetings.line(CLIENT, CLIENT_OFFER));
        server.sends(Greetings.line(SERVER, SERVER_OFFER));
        receives(session.client(), Greetings.line(SERVER, SERVER_OFFER));
        session.client().sends("keys");
        server.receives("keys").sends("more keys");
        session.client().receives("more keys");
        return server;
    }

    private static void refused(TestSession session, Reason reason, String words) {
        SessionEnding ending = session.ending();
        assertThat(ending.how()).isEqualTo("REFUSED");
        assertThat(ending.reason()).isEqualTo(reason);
        assertThat(ending.detail()).contains(words);
    }

    @Test
    void sessionIsCarriedAsItCameAndTheAuditSaysWhoSpeaks() {
        try (TestRoute route = setup("requireStrictKex: true").open()) {
            TestSession session = route.connect();
            Peer server = talk(session);
            session.client().finishes();
            server.seesTheEnd().closes();
            session.client().seesTheEnd();
            assertThat(session.ending().notes())
                    .containsEntry("ssh.client", CLIENT)
                    .containsEntry("ssh.server", SERVER)
                    .containsEntry("ssh.strictKex", "both")
                    .hasEntrySatisfying("ssh.hassh", hassh -> assertThat(hassh).matches("[0-9a-f]{32}"))
                    .hasEntrySatisfying("ssh.hasshServer", hassh -> assertThat(hassh).matches("[0-9a-f]{32}"));
        }
    }

    @Test
    void beginningSurvivesEveryCutAndEndsAtEveryEndAndBreak() {
        try (TestRoute route = setup("requireStrictKex: true").open()) {
            route.atEveryCut(PassageTest::talk);
        }
    }

    @Test
    void nothingAfterTheListsPassesBeforeBothSidesHaveBeenJudged() {
        try (TestRoute route = setup("requireStrictKex: true").open()) {
            TestSession session = route.connect();
            session.client().sends(Greetings.line(CLIENT, CLIENT_OFFER, IGNORE));
            Peer server = session.destination("host");
            receives(server, Greetings.line(CLIENT, CLIENT_OFFER));
            server.sends(Greetings.line(SERVER, PLAIN_OFFER, IGNORE));
            String words = "the server has no strict key exchange (kex-strict-s-v00@openssh.com), and none is let through without";
            session.client().receives(SERVER + "\r\n" + told(1, words)).seesTheEnd();
            server.seesAReset();
            refused(session, Reason.NOT_ALLOWED, words);
        }
    }

    /** What is asked of both sides against Terrapin (CVE-2023-48795). */
    @Test
    void aClientWithoutStrictKeyExchangeIsRefusedWhereItIsRequired() {
        String words = "the client has no strict key exchange (kex-strict-c-v00@openssh.com), and none is let through without";
        try (TestRoute route = setup("requireStrictKex: true").open()) {
            TestSession session = route.connect();
            session.client().sends(Greetings.line(CLIENT));
            Peer server = session.destination("host");
            receives(server, Greetings.line(CLIENT));
            session.client().sends(PLAIN_OFFER).receives(OWN + told(1, words)).seesTheEnd();
            server.seesAReset();
            refused(session, Reason.NOT_ALLOWED, words);

            TestSession ignoring = route.connect();
            ignoring.client().sends(Greetings.line(CLIENT));
            receives(ignoring.destination("host"), Greetings.line(CLIENT));
            ignoring.client().sends(IGNORE).receives(OWN + told(2, "the client sends message 2 before SSH_MSG_KEXINIT")).seesTheEnd();
            refused(ignoring, Reason.MALFORMED, "sends message 2 before");
        }
        try (TestRoute route = setup("").open()) {
            TestSession session = route.connect();
            session.client().sends(Greetings.line(CLIENT, IGNORE, PLAIN_OFFER));
            Peer server = session.destination("host");
            receives(server, Greetings.line(CLIENT, IGNORE, PLAIN_OFFER));
            server.sends(Greetings.line(SERVER, SERVER_OFFER));
            receives(session.client(), Greetings.line(SERVER, SERVER_OFFER));
            session.client().closes();
            server.seesTheEnd().closes();
            assertThat(session.ending().notes()).containsEntry("ssh.strictKex", "server");
        }
    }

    @Test
    void aClientThatWaitsForItsServerIsIntroducedByIt() {
        try (TestRoute route = setup("").open()) {
            TestSession session = route.connect();
            Peer server = session.destination("host");
            server.sends("Authorised use only.\r\n" + SERVER + "\n");
            session.client().receives("Authorised use only.\r\n" + SERVER + "\n");
            session.client().sends(Greetings.line(CLIENT, CLIENT_OFFER));
            receives(server, Greetings.line(CLIENT, CLIENT_OFFER));
            server.sends(PLAIN_OFFER);
            receives(session.client(), PLAIN_OFFER);
            server.sends("on").closes();
            session.client().receives("on").seesTheEnd().closes();
            assertThat(session.ending().notes()).containsEntry("ssh.strictKex", "client").containsEntry("ssh.server", SERVER);
        }
    }

    @Test
    void clientsAreDeniedByWhatTheySayTheyAreBeforeAnybodyIsConnectedTo() {
        try (TestRoute route = setup("denyClients: [\"SSH-2.0-libssh*\", \"*scanner*\"]").open()) {
            for (String denied : List.of("SSH-2.0-libssh_0.9.6", "SSH-2.0-libssh", "SSH-2.0-x a scanner 1.0")) {
                TestSession session = route.connect();
                session.client().sends(Greetings.line(denied));
                session.client().receives(OWN + told(1, "clients that begin with " + denied + " are not let through")).seesTheEnd();
                refused(session, Reason.NOT_ALLOWED, denied);
                assertThat(session.ending().destination()).isNull();
                assertThat(session.ending().notes()).containsEntry("ssh.client", denied);
            }
            TestSession session = route.connect();
            talk(session);
            session.client().resets();
        }
    }

    @Test
    void whatIsNoClientOfSshIsToldSoInALineAndNobodyIsConnectedTo() {
        try (TestRoute route = setup("").open()) {
            for (String hello : List.of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000", "\r\n", "SSG", "S\n", CLIENT.substring(1))) {
                TestSession session = route.connect();
                session.client().sends(hello).receives("the client does not speak SSH: it does not begin with SSH-\r\n").seesTheEnd();
                refused(session, Reason.MALFORMED, "does not speak SSH");
            }
            TestSession old = route.connect();
            old.client().sends("SSH-1.5-old\r\n").receives("the client speaks version 1.5 of SSH; 2.0 is let through\r\n").seesTheEnd();
            TestSession endless = route.connect();
            endless.client().sends("SSH-2.0-").stallsWithin(140_000);
            refused(endless, Reason.MALFORMED, "does not end its identification string within 255 bytes");
        }
    }

    @Test
    void aServerThatSpeaksNoSshOrTooMuchOrNothingIsNamedToTheClient() {
        try (TestRoute route = setup("").open()) {
            TestSession web = route.connect();
            web.client().sends(Greetings.line(CLIENT));
            web.destination("host").sends("HTTP/1.1 400 Bad Request\r\n\r\n").closes();
            web.client().receives("HTTP/1.1 400 Bad Request\r\n\r\n" + OWN + told(7, "the server has left before its identification string")).seesTheEnd();
            refused(web, Reason.UNREACHABLE, "the server has left");

            TestSession talking = route.connect();
            talking.client().sends(Greetings.line(CLIENT));
            Peer server = talking.destination("host");
            for (int i = 0; i < 16; i++) {
                server.sends("x".repeat(1022) + "\r\n");
                talking.client().receives("x".repeat(1022) + "\r\n");
            }
            talking.client().receives(OWN + told(7, "the server says too much before its identification string")).seesTheEnd();
            refused(talking, Reason.UNREACHABLE, "too much");

            TestSession broken = route.connect();
            broken.client().sends(Greetings.line(CLIENT));
            broken.destination("host").sends(SERVER + "\r\n\0\0\0\0\0\0\0\0");
            broken.client().receives(SERVER + "\r\n" + told(7, "the server sends a packet of length 0, which is none before keys are agreed on")).seesTheEnd();

            TestSession reset = route.connect();
            reset.client().sends(Greetings.line(CLIENT));
            reset.destination("host").resets();
            reset.client().receives(OWN + told(7, "the server has left before its identification string")).seesTheEnd();
            refused(reset, Reason.UNREACHABLE, "the server has left");
        }
        try (TestRoute route = setup("").unreachable("host").open()) {
            TestSession session = route.connect();
            session.client().sends(Greetings.line(CLIENT)).receives(OWN + told(7, "destination 'host' is unreachable in this test")).seesTheEnd();
            refused(session, Reason.UNREACHABLE, "unreachable");
        }
    }

    @Test
    void aSideThatEndsTheConnectionInWordsIsHeard() {
        byte[] full = Packet.encode(Message.disconnect(12, "too many"));
        try (TestRoute route = setup("requireStrictKex: true").open()) {
            TestSession session = route.connect();
            session.client().sends(Greetings.line(CLIENT));
            session.destination("host").sends(Greetings.line(SERVER, full));
            session.client().receives(new String(Greetings.line(SERVER, full), ISO_8859_1)).seesTheEnd();
            refused(session, Reason.UNREACHABLE, "the server has ended the connection: too many");

            TestSession leaving = route.connect();
            Peer server = leaving.destination("host");
            leaving.client().sends(Greetings.line(CLIENT));
            receives(server, Greetings.line(CLIENT));
            leaving.client().sends(full);
            assertThat(leaving.ending().detail()).contains("the client has ended the connection: too many");
        }
    }

    @Test
    void sidesThatAreLateAreNamed() {
        try (TestRoute route = setup("greeting: 5s").open()) {
            TestSession slow = route.connect();
            slow.client().sends(Greetings.line(CLIENT, CLIENT_OFFER));
            receives(slow.destination("host"), Greetings.line(CLIENT, CLIENT_OFFER));
            route.clock().advance(Duration.ofSeconds(5));
            slow.client().receives(OWN + told(7, "the server has not said within 5 s what keys it can exchange")).seesTheEnd();
            assertThat(slow.ending().how()).isEqualTo("DEADLINE");

            TestSession silent = route.connect();
            Peer server = silent.destination("host").sends(SERVER + "\r\n");
            silent.client().receives(SERVER + "\r\n");
            route.clock().advance(Duration.ofSeconds(5));
            silent.client().receives(told(7, "the client has not said within 5 s what keys it can exchange")).seesTheEnd();
            server.seesAReset();
            assertThat(silent.ending().detail()).contains("the client has not said within 5 s");

            TestSession half = route.connect();
            Thread waits = Thread.ofVirtual().start(() -> half.client().sends("SSH-2").seesAReset());
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                route.clock().advance(Duration.ofSeconds(5));
                return !waits.isAlive();
            });
            assertThat(half.ending().how()).isEqualTo("DEADLINE");
        }
    }

    @Test
    void mutatedBeginningsEndOrAreCarriedWithinBoundedMemory() {
        Random random = new Random(7);
        try (TestRoute route = setup("greeting: 1m").open()) {
            for (int i = 0; i < 300; i++) {
                boolean client = random.nextBoolean();
                byte[] bytes = client ? Greetings.line(CLIENT, CLIENT_OFFER) : Greetings.line(SERVER, SERVER_OFFER);
                for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                TestSession session = route.connect();
                try {
                    session.client().sends(client ? bytes : Greetings.line(CLIENT, CLIENT_OFFER)).finishes();
                    session.destination("host").sends(client ? Greetings.line(SERVER, SERVER_OFFER) : bytes).closes();
                } catch (AssertionError e) {
                    // It was refused before.
                }
                session.client().closes();
                session.ending();
            }
        }
    }

    @Test
    void lengthsUpToTheLargestAreRefusedByTheHead() {
        try (TestRoute route = setup("").open()) {
            for (int length : new int[] {0, 13, 35_004, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
                TestSession session = route.connect();
                session.client().sends(Greetings.line(CLIENT)).sends(ByteBuffer.allocate(4).putInt(length).array());
                session.client()
                        .receives(OWN + told(2, "the client sends a packet of length " + Integer.toUnsignedString(length)
                                + ", which is none before keys are agreed on"))
                        .seesTheEnd();
                refused(session, Reason.MALFORMED, "a packet of length");
            }
        }
    }

    @Test
    void whatARouteCannotWorkWithIsAProblemOfTheConfiguration() {
        assertThat(TestRoute.with(new SshProtocol()).settings("mode: passthrough").problems()).singleElement().asString()
                .contains("nothing says where sessions go; give the route `to: NAME`");
        assertThat(TestRoute.with(new SshProtocol()).to("host").problems()).singleElement().asString().contains("mode");
        assertThat(setup("").user("alice", "secret").problems()).singleElement().asString()
                .contains("the server judges logins, and nobody is asked here: leave out the route's `identityProviders`");
        assertThat(setup("denyClients: [libssh]").problems()).singleElement().asString()
                .contains("identification strings begin with SSH-, as SSH-2.0-libssh*, and these do not: 'libssh'");
        assertThat(setup("greeting: 500ms").problems()).singleElement().asString().contains("greeting");
    }

    @Test
    void leavesMemoryWhenItIsReplaced(@TempDir Path folder) {
        Reloads.of(PluginJar.of(SshPlugin.class, folder), "ssh", route -> route.to("host").settings("mode: passthrough"), PassageTest::talk);
    }
}
