package io.relaygate.plugins.ssh.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.plugins.ssh.wire.Asciicast;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What terminals show is kept, or nothing goes on. */
@Timeout(120)
class RecordingTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private List<Path> recordings() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("recordings"))) {
            return all.toList();
        }
    }

    private static String typesInAShell(ClientSession session, String what) throws IOException {
        ChannelShell shell = session.createShellChannel();
        shell.setPtyType("xterm-test");
        shell.setPtyColumns(101);
        shell.setPtyLines(43);
        shell.open().verify(LONG);
        InputStream out = shell.getInvertedOut();
        byte[] greeting = out.readNBytes("term xterm-test 101x43\n".length());
        shell.sendWindowChange(80, 25);
        shell.getInvertedIn().write(what.getBytes(UTF_8));
        shell.getInvertedIn().flush();
        String shown = new String(greeting, UTF_8) + new String(out.readNBytes(what.getBytes(UTF_8).length), UTF_8);
        shell.close(false).await(LONG);
        return shown;
    }

    @Test
    void aShellIsRecordedAsItsTerminalHasShownItAndACommandIsNot() throws Exception {
        try (World world = new World(folder, "keys", "recording: { folder: recordings }"); ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            typesInAShell(session, "déjà\n");
            try (ChannelExec command = session.createExecChannel("say out err")) {
                command.open().verify(LONG);
                command.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LONG);
            }
            await().atMost(LONG).until(() -> world.route().events("ssh.channel").size() == 2);
            Path file = recordings().getFirst();
            assertThat(recordings()).hasSize(1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
            assertThat(world.route().events("ssh.channel")).anySatisfy(told -> assertThat(told).containsEntry("recording", file.getFileName().toString()))
                    .anySatisfy(told -> assertThat(told).doesNotContainKey("recording"));
            List<String> lines = Files.readAllLines(file);
            assertThat(lines.getFirst()).contains("\"version\": 2", "\"width\": 101", "\"height\": 43", "\"TERM\": \"xterm-test\"");
            assertThat(lines).filteredOn(line -> line.contains("\"r\"")).singleElement().asString().endsWith("\"r\", \"80x25\"]");
            assertThat(String.join("", lines)).contains("déjà").doesNotContain("\"i\"");
        }
    }

    @Test
    void commandsAndWhatIsTypedAreRecordedWhereTheRouteSaysSo() throws Exception {
        try (World world = new World(folder, "keys", "recording: { folder: recordings, input: true, commands: true }");
                ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            typesInAShell(session, "secret\n");
            try (ChannelExec command = session.createExecChannel("say out err")) {
                command.open().verify(LONG);
                command.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LONG);
            }
            await().atMost(LONG).until(() -> world.route().events("ssh.channel").size() == 2);
            List<String> all = new ArrayList<>();
            for (Path each : recordings()) {
                all.addAll(Files.readAllLines(each));
            }
            assertThat(all).anySatisfy(line -> assertThat(line).endsWith("\"i\", \"secret\\n\"]"))
                    .anySatisfy(line -> assertThat(line).contains("out\\n")).anySatisfy(line -> assertThat(line).contains("err\\n"));
        }
    }

    @Test
    void whatCannotBeRecordedDoesNotBeginAndTheSessionGoesOn() throws Exception {
        try (World world = new World(folder, "keys", "recording: { folder: no/recordings }"); ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            Files.writeString(folder.resolve("no"), "a file, where a folder would have to be");
            ChannelShell shell = session.createShellChannel();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            shell.setErr(err);
            shell.setOut(OutputStream.nullOutputStream());
            shell.setIn(InputStream.nullInputStream());
            assertThat(shell.open().await(LONG)).isTrue();
            shell.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LONG);
            assertThat(err.toString(UTF_8)).contains("this cannot be recorded");
            assertThat(world.route().events("ssh.recording")).singleElement().satisfies(told -> assertThat(told.get("failed")).contains("no"));
            try (ChannelExec command = session.createExecChannel("exit 7")) {
                command.open().verify(LONG);
                command.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), LONG);
                assertThat(command.getExitStatus()).isEqualTo(7);
            }
        }
    }

    @Test
    void whatCannotBeRecordedGoesOnWhereTheRouteAllowsItAndTheAuditIsTold() throws Exception {
        try (World world = new World(folder, "keys", "recording: { folder: no/recordings, onFailure: allow }");
                ClientSession session = world.logIn("alice+web1", World.ALICE)) {
            Files.writeString(folder.resolve("no"), "a file, where a folder would have to be");
            assertThat(typesInAShell(session, "typed\n")).contains("typed");
            assertThat(world.route().events("ssh.recording")).hasSize(1);
        }
    }

    /** As on a disk that is full. */
    @Test
    void aRecordingThatFailsInTheMiddleIsToldOnce() throws IOException {
        List<Map<String, String>> told = new ArrayList<>();
        OutputStream disk = new OutputStream() {
            private int room = 200;

            @Override
            public void write(int b) throws IOException {
                if (room-- == 0) {
                    throw new IOException("No space left on device");
                }
            }
        };
        try (Recording recording = new Recording(
                folder.resolve("x.cast"), new Asciicast(disk, InstantSource.system(), 80, 24, ""), false, e -> told.add(Map.of("failed", String.valueOf(e.getMessage()))))) {
            for (int i = 0; i < 10; i++) {
                recording.shows("twenty letters of it".getBytes(UTF_8), 20);
            }
        }
        assertThat(told).containsExactly(Map.of("failed", "No space left on device"));
    }
}
