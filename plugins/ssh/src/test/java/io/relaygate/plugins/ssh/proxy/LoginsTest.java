package io.relaygate.plugins.ssh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients are let in, and the ways in which gateways of others have let in whom they should not. */
@Timeout(120)
class LoginsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    /** Where a key is enough, or a password. */
    private static World either;

    /** Where a key is needed, and a password. */
    private static World both;

    @BeforeAll
    static void start() throws Exception {
        either = new World(java.nio.file.Files.createDirectory(folder.resolve("either")), "keys, staff", "");
        both = new World(java.nio.file.Files.createDirectory(folder.resolve("both")), "keys + staff", "limits: { tries: 3 }\nbanner: For the staff.");
    }

    @AfterAll
    static void stop() throws IOException {
        either.close();
        both.close();
    }

    private static RawClient client(World world) throws IOException {
        return new RawClient(world.route().port());
    }

    /** Whom the login that has just been made was for. */
    private static void assertLoggedIn(RawClient client, World world, String caller) {
        assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_SUCCESS);
        client.close();
        await().atMost(LONG).until(() -> world.route().endings().stream().anyMatch(end -> end.caller() != null && end.caller().name().equals(caller)));
    }

    @Test
    void aKeyThatSignsLetsInAndTheOneThatWasOnlyOfferedIsNobody() throws Exception {
        try (RawClient client = client(either)) {
            client.offers("alice+web1", World.ALICE);
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_PK_OK);
            client.signs("alice+web1", World.BOB, World.BOB, "alice+web1");
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.signs("alice+web1", World.ALICE, World.BOB, "alice+web1");
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.signs("alice+web1", World.ALICE, World.ALICE, "bob+web1");
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.signs("alice+web1", World.ALICE, World.ALICE, "alice+web1");
            assertLoggedIn(client, either, "alice");
        }
        assertThat(either.route().events("ssh.login")).anySatisfy(
                each -> assertThat(each).containsEntry("user", "alice+web1").containsEntry("by", "public key").containsEntry("target", "web1"));
    }

    @Test
    void aKeyOfSomebodyElseIsNotEvenAskedToSign() throws Exception {
        try (RawClient client = client(either)) {
            client.offers("alice+web1", World.BOB);
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.offers("nobody+web1", World.BOB);
            assertThat(client.hearsFarewell()).contains("the user name has changed");
        }
    }

    @Test
    void aPasswordLetsInAndAnEmptyOneDoesNot() throws Exception {
        try (RawClient client = client(either)) {
            client.asksFor("bob+web2", "none");
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.password("bob+web2", "");
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.password("bob+web2", World.PASSWORD);
            assertLoggedIn(client, either, "bob");
        }
    }

    @Test
    void aPasswordCanBeAskedForInADialogueToo() throws Exception {
        try (RawClient client = client(either)) {
            client.prompted("bob+web2");
            Buffer asked = client.hears();
            assertThat(asked.getUByte()).isEqualTo((short) SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
            client.answers("wrong");
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.prompted("bob+web2");
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
            client.answers(World.PASSWORD);
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_SUCCESS);
        }
    }

    @Test
    void anUnknownNameIsToldTheSameAsAWrongPassword() throws Exception {
        for (String user : List.of("alice+web1", "nobody+web1", "alice+nowhere", "nobody", "alice+../web1", "alice%00+web1", "a+b+c")) {
            try (RawClient client = client(either)) {
                client.password(user, "wrong");
                assertThat(client.hearsFailure()).as(user).isEqualTo("publickey,password,keyboard-interactive");
            }
        }
    }

    @Test
    void aTargetThatIsNotForTheCallerIsSaidSoAfterTheProof() throws Exception {
        try (RawClient client = client(either)) {
            client.password("bob", World.PASSWORD);
            assertThat(client.hearsFarewell()).contains("leads bob to no target of this route");
        }
    }

    @Test
    void whereBothAreNeededOneIsHalfOfIt() throws Exception {
        try (RawClient client = client(both)) {
            client.asksFor("alice+web1", "none");
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_BANNER);
            assertThat(client.hearsFailure()).isEqualTo("publickey,password,keyboard-interactive");
            client.signs("alice+web1", World.ALICE, World.ALICE, "alice+web1");
            assertThat(client.hearsFailure()).isEqualTo("password,keyboard-interactive (partial)");
            client.password("alice+web1", World.PASSWORD);
            assertLoggedIn(client, both, "alice");
        }
    }

    @Test
    void aCodeIsAskedForInADialogueWhenTheKeyIsProven() throws Exception {
        try (World coded = new World(java.nio.file.Files.createDirectory(folder.resolve("coded")), "keys + codes", "");
                RawClient client = client(coded)) {
            client.asksFor("alice+web1", "keyboard-interactive");
            assertThat(client.hearsFailure()).as("no code before the key").isEqualTo("publickey");
            client.signs("alice+web1", World.ALICE, World.ALICE, "alice+web1");
            assertThat(client.hearsFailure()).isEqualTo("keyboard-interactive (partial)");
            client.prompted("alice+web1");
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
            client.answers("000000");
            assertThat(client.hearsFailure()).isEqualTo("keyboard-interactive");
            client.prompted("alice+web1");
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
            client.answers(World.codeOfAlice());
            assertLoggedIn(client, coded, "alice");
        }
    }

    @Test
    void halfOfOneCallerAndHalfOfAnotherAreNobody() throws Exception {
        try (RawClient client = client(both)) {
            client.signs("alice+web1", World.ALICE, World.ALICE, "alice+web1");
            assertThat(client.hearsNumber()).isEqualTo(SshConstants.SSH_MSG_USERAUTH_BANNER);
            assertThat(client.hearsFailure()).isEqualTo("password,keyboard-interactive (partial)");
            client.password("bob+web1", World.PASSWORD);
            assertThat(client.hearsFarewell()).contains("the user name has changed");
        }
    }

    @Test
    void tooManyFailuresEndTheSession() throws Exception {
        try (RawClient client = client(both)) {
            for (int i = 0; i < 3; i++) {
                client.signs("alice+web1", World.ALICE, World.BOB, "alice+web1");
            }
            assertThat(client.hearsFarewell()).contains("too many logins have failed");
        }
    }

    @Test
    void channelsBeforeTheLoginAndTheServiceBehindItAreRefused() throws Exception {
        try (RawClient client = client(either)) {
            Buffer open = client.message(SshConstants.SSH_MSG_CHANNEL_OPEN);
            open.putString("session");
            open.putUInt(0);
            open.putUInt(1000);
            open.putUInt(1000);
            client.says(open);
            assertThat(client.hearsFarewell()).containsAnyOf("before the login", "Protocol error");
        }
        for (String service : List.of("ssh-connection", "ssh-userauth")) {
            try (RawClient client = client(either)) {
                Buffer asked = client.message(SshConstants.SSH_MSG_SERVICE_REQUEST);
                asked.putString(service);
                client.says(asked);
                assertThat(client.hearsFarewell()).contains("Bad service request");
            }
        }
    }

    @Test
    void silentClientsHoldUpNobodyAndAreEnded() throws Exception {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            silent.add(new Socket(InetAddress.getLoopbackAddress(), either.route().port()));
        }
        either.logIn("alice+web1", World.ALICE).close(true).await(LONG);
        await().atMost(LONG).until(() -> either.route().sessions() >= 50);

        either.route().advance(Duration.ofSeconds(31));

        for (Socket each : silent) {
            each.setSoTimeout((int) LONG.toMillis());
            each.getInputStream().readAllBytes();
            each.close();
        }
        await().atMost(LONG).until(() -> either.route().sessions() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u0016\u0003\u0001\u0002\u0000\u0001", "SSH-1.5-old\r\n", "SSH-2.0-", "x"})
    void whatIsNoClientOfSshIsEnded(String first) throws Exception {
        StringBuilder said = new StringBuilder(first);
        // More than any identification string may have.
        while (said.length() < 70_000) {
            said.append("................................................................");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), either.route().port())) {
            socket.setSoTimeout((int) LONG.toMillis());
            try {
                socket.getOutputStream().write(said.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                byte[] heard = socket.getInputStream().readAllBytes();
                assertThat(new String(heard, java.nio.charset.StandardCharsets.ISO_8859_1)).startsWith("SSH-2.0-RelayGate\r\n");
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).*(reset|Broken pipe|abort).*");
            }
        }
    }
}
