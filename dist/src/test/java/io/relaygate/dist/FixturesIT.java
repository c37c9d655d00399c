package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** That the other tests' tools do what their names say: directly, with no gateway between. */
@ExtendWith(NothingLeftBehind.class)
class FixturesIT {

    private static Path folder;

    @BeforeAll
    static void makeFolder() {
        folder = Folders.enterable("fixtures");
    }

    @AfterAll
    static void deleteFolder() {
        Folders.delete(folder);
    }

    @Test
    void childObeysSignalsAndTellsItsCounts() {
        try (Child child = Child.start("child", folder, Map.of(),
                List.of("bash", "-c", "trap 'exit 7' TERM; echo up; while :; do read -rt 1 <> <(:) || :; done"))) {
            Awaitility.await().until(() -> child.out().contains("up"));
            assertThat(child.openFiles()).isGreaterThan(2);
            assertThat(child.threads()).isEqualTo(1);
            assertThat(child.residentKib()).isPositive();
            child.signal("STOP");
            child.signal("CONT");
            child.signal("TERM");
            assertThat(child.exitCode(Duration.ofSeconds(5))).isEqualTo(7);
        }
    }

    @Test
    void processLeftBehindIsSeen() {
        Child child = Child.start("sleeper", folder, Map.of(), List.of("sleep", "600"));
        assertThat(NothingLeftBehind.children()).contains(child.pid());
        child.close();
        assertThat(NothingLeftBehind.children()).doesNotContain(child.pid());
    }

    @Test
    void programThatFailsFailsTheTestWithWhatItSaid() {
        Programs.Ended ended = Programs.in(folder).bash("echo \"$1\" >&2; exit 9", "the reason");
        assertThat(ended.code()).isEqualTo(9);
        assertThatThrownBy(ended::orFail).isInstanceOf(AssertionError.class).hasMessageContaining("the reason");
    }

    @Test
    void programThatHangsIsKilled() {
        Programs hanging = Programs.in(folder).within(Duration.ofMillis(200));
        assertThatThrownBy(() -> hanging.start("sleep", "600"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still running");
    }

    @Test
    void postgresAnswersStatements() {
        Postgres.require();
        try (Postgres postgres = Postgres.start()) {
            assertThat(Postgres.psql(postgres.port(), "select 6 * 7").orFail().out()).isEqualTo("42\n");
        }
    }

    @Test
    void sshdRunsCommandsAndCopiesFiles() throws IOException {
        Sshd.require();
        try (Sshd sshd = Sshd.start()) {
            assertThat(sshd.ssh(sshd.port(), "echo $((6 * 7))").orFail().out()).isEqualTo("42\n");
            byte[] bytes = new byte[1 << 20];
            new Random(1).nextBytes(bytes);
            Path from = Files.write(folder.resolve("from"), bytes);
            Path there = sshd.there("copy");
            Path back = folder.resolve("back");
            sshd.copyTo(sshd.port(), from, there).orFail();
            sshd.copyFrom(sshd.port(), there, back).orFail();
            assertThat(back).hasSameBinaryContentAs(from);
        }
    }

    @Test
    void webServerGivesAndTakesFilesOfKnownDigest() {
        Interop.require("curl");
        long length = (5 << 20) + 17;
        try (HttpFiles files = HttpFiles.start()) {
            String digest = files.digest(length);
            String url = "http://" + files.address();
            Programs.Ended ended = Programs.in(folder)
                    .bash("curl -fsS -o file \"$1/$2\"; sha256sum <file; curl -fsS -T file \"$1/\"", url,
                            Long.toString(length));
            assertThat(ended.orFail().out()).isEqualTo(digest + "  -\n" + digest);
        }
    }

    @Test
    void echoComesBackAndEnds() throws IOException {
        try (TestServer server = TestServer.echo(); TestClient client = TestClient.connect(server.port())) {
            client.exchange(100_000);
            assertThat(client.finish()).isEmpty();
        }
    }

    @Test
    void answerAfterEndKnowsWhatItGot() throws IOException {
        try (TestServer server = TestServer.answerAfterEnd(); TestClient client = TestClient.connect(server.port())) {
            client.send("abc");
            assertThat(client.finish())
                    .isEqualTo("3 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        }
    }

    @Test
    void resettingServerBreaksTheConnection() throws IOException {
        try (TestServer server = TestServer.resetAfter(1000); TestClient client = TestClient.connect(server.port())) {
            client.send("go");
            assertThatThrownBy(client::rest).isInstanceOf(IOException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void hangingServerDoesNotAnswerAttempts() {
        try (TestServer server = TestServer.hanging()) {
            Socket socket = new Socket();
            assertThatThrownBy(() -> socket.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 300))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void officialClientInstallsAndReportsWhatItCannotReach() {
        HycoWs.require();
        HycoWs client = HycoWs.install();
        HycoWs.Target nowhere = new HycoWs.Target(TestServer.refusing(), folder, "hc", "key", "secret", 60);
        Programs.Ended ended = client.sender(nowhere, "10");
        assertThat(ended.out()).contains("ECONNREFUSED");
        assertThat(ended.code()).isEqualTo(5);
    }
}
