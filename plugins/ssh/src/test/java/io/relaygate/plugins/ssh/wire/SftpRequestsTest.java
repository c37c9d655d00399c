package io.relaygate.plugins.ssh.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.ssh.wire.SftpOperation.Change;
import io.relaygate.plugins.ssh.wire.SftpOperation.File;
import io.relaygate.plugins.ssh.wire.SftpOperation.Lost;
import io.relaygate.sdk.testkit.Mutations;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SftpRequestsTest {

    /** What the conversation that was recorded does. */
    private static final List<SftpOperation> DONE = List.of(
            new File("/srv/t/a", 0, 300, "ok"),
            new File("/srv/t/a", 300, 0, "ok"),
            new Change("rename", "/srv/t/a", "/srv/t/c", "ok"),
            new Change("rename", "/srv/t/nope", "/srv/t/x", "no such file"),
            new Change("symlink", "/srv/t/d", "c", "ok"),
            new Change("hardlink", "/srv/t/e", "/srv/t/c", "ok"),
            new Change("mkdir", "/srv/t/dir", "", "ok"),
            new Change("setstat", "/srv/t/c", "permissions", "ok"),
            new Change("rmdir", "/srv/t/dir", "", "ok"),
            new Change("remove", "/srv/t/d", "", "ok"),
            new Change("remove", "/srv/t/nope", "", "no such file"));

    private final List<SftpOperation> told = new ArrayList<>();
    private SftpRequests requests = new SftpRequests(told::add);

    private static final class Said {
        final boolean byClient;
        final byte[] bytes;

        Said(boolean byClient, byte[] bytes) {
            this.byClient = byClient;
            this.bytes = bytes;
        }
    }

    private static List<Said> conversation() {
        try (InputStream file = Objects.requireNonNull(SftpRequestsTest.class.getResourceAsStream("sftp-conversation.txt"))) {
            return new String(file.readAllBytes(), UTF_8).lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> new Said(line.startsWith(">"), HexFormat.of().parseHex(line.substring(2))))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void show(Said said, int from, int to) {
        if (said.byClient) {
            requests.toServer(said.bytes, from, to - from);
        } else {
            requests.toClient(said.bytes, from, to - from);
        }
    }

    private void fresh() {
        told.clear();
        requests = new SftpRequests(told::add);
    }

    @Test
    void whatOpensshDoesIsToldWhereverItIsCut() {
        for (int cut = 0; cut < 400; cut++) {
            fresh();
            for (Said said : conversation()) {
                int at = Math.min(cut, said.bytes.length);
                show(said, 0, at);
                show(said, at, said.bytes.length);
            }
            requests.end();
            assertThat(told).as("cut at %d", cut).isEqualTo(DONE);
        }
        fresh();
        for (Said said : conversation()) {
            for (int i = 0; i < said.bytes.length; i++) {
                show(said, i, i + 1);
            }
        }
        assertThat(told).as("byte by byte").isEqualTo(DONE);
    }

    @Test
    @Tag("fuzz")
    void mutatedConversationsAreFollowedOrGivenUpOnceAndNeverFail() {
        Random random = new Random(Mutations.seed(7));
        List<Said> all = conversation();
        int lost = 0;
        for (int i = 0; i < Mutations.inputs(5000); i++) {
            fresh();
            int mutant = random.nextInt(all.size());
            for (int n = 0; n < all.size(); n++) {
                Said said = all.get(n);
                byte[] bytes = said.bytes.clone();
                if (n == mutant) {
                    for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                    }
                }
                show(new Said(said.byClient, bytes), 0, bytes.length);
            }
            requests.end();
            long times = told.stream().filter(Lost.class::isInstance).count();
            assertThat(times).isLessThanOrEqualTo(1);
            assertThat(times == 0 || told.getLast() instanceof Lost).as("nothing is told after it").isTrue();
            lost += (int) times;
        }
        assertThat(lost).as("mutants that could not be followed").isPositive();
    }

    /** Writes a packet: numbers as uint32, longs as uint64, texts as strings, bytes as they are. */
    private static byte[] packet(int type, Object... fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            out.writeByte(type);
            for (Object field : fields) {
                switch (field) {
                    case Integer number -> out.writeInt(number);
                    case Long number -> out.writeLong(number);
                    case String text -> {
                        out.writeInt(text.getBytes(UTF_8).length);
                        out.write(text.getBytes(UTF_8));
                    }
                    default -> throw new IllegalArgumentException(field.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] packet = bytes.toByteArray();
        ByteBuffer.wrap(packet).putInt(packet.length - 4);
        return packet;
    }

    private void client(int type, Object... fields) {
        byte[] packet = packet(type, fields);
        requests.toServer(packet, 0, packet.length);
    }

    private void server(int type, Object... fields) {
        byte[] packet = packet(type, fields);
        requests.toClient(packet, 0, packet.length);
    }

    private void begin() {
        client(1, 3);
        server(2, 3);
    }

    private void status(int request, int code) {
        server(101, request, code, "", "");
    }

    private void opens(int request, String path, String handle) {
        client(3, request, path, 1, 0);
        server(102, request, handle);
    }

    private void lost(String why) {
        assertThat(told).last().isInstanceOfSatisfying(Lost.class, lost -> assertThat(lost.why()).contains(why));
        int before = told.size();
        client(13, 99, "after");
        status(99, 0);
        requests.end();
        assertThat(told).as("what is told after it").hasSize(before);
        fresh();
    }

    @Test
    void filesAreToldWithWhatPassedAndTheirFirstFailure() {
        begin();
        client(3, 1, "no", 1, 0);
        status(1, 3);
        opens(2, "in", "h1");
        opens(3, "out", "h2");
        client(5, 4, "h1", 0L, 32768);
        client(5, 5, "h1", 32768L, 32768);
        client(6, 6, "h2", 0L, "x".repeat(70_000));
        client(6, 7, "h2", 70_000L, "more");
        server(103, 5, "late");
        server(103, 4, "y".repeat(32768));
        status(7, 4);
        status(6, 0);
        client(5, 8, "h1", 65536L, 32768);
        status(8, 1);
        client(4, 9, "h1");
        client(4, 10, "h2");
        status(10, 0);
        status(9, 0);
        assertThat(told).containsExactly(
                new File("no", 0, 0, "permission denied"), new File("out", 0, 70_000, "failure"), new File("in", 32772, 0, "ok"));
    }

    @Test
    void theEndTellsWhatWasNotAnsweredOrClosed() {
        begin();
        opens(1, "left", "h");
        opens(2, "closing", "i");
        client(4, 3, "i");
        client(13, 4, "gone");
        client(3, 5, "opening", 1, 0);
        client(5, 6, "h", 0L, 10);
        requests.end();
        requests.end();
        assertThat(told).containsExactlyInAnyOrder(
                new File("left", 0, 0, "not closed"), new File("closing", 0, 0, "not answered"), new File("opening", 0, 0, "not answered"),
                new Change("remove", "gone", "", "not answered"));
    }

    @Test
    void extensionsAndAttributesOfFilesAreToldAndOthersAreLetBe() {
        begin();
        opens(1, "a", "h");
        opens(2, "b", "i");
        client(200, 3, "posix-rename@openssh.com", "old", "new");
        status(3, 0);
        client(10, 4, "h", 0xd, 5L, 0, 0, 0);
        status(4, 0);
        client(200, 5, "copy-data", "h", 0L, 0L, "i", 0L);
        status(5, 8);
        client(200, 6, "lsetstat@openssh.com", "link", 2, 0, 0);
        status(6, 200);
        client(200, 7, "statvfs@openssh.com", "/");
        client(200, 8, "limits@openssh.com");
        client(17, 9, "stat");
        status(9, 2);
        client(11, 10, "folder");
        server(102, 10, "dir");
        client(12, 11, "dir");
        client(4, 12, "dir");
        status(12, 0);
        status(77, 0);
        assertThat(told).containsExactly(
                new Change("rename", "old", "new", "ok"),
                new Change("setstat", "a", "size, permissions, times", "ok"),
                new Change("copy", "a", "b", "unsupported"),
                new Change("setstat", "link", "owner", "status 200"));
    }

    @Test
    void longPathsAreCutAndOnesThatAreLongerThanAnySystemsHideNoOther() {
        begin();
        client(13, 1, "x".repeat(2000));
        status(1, 0);
        client(18, 2, "y".repeat(100_000), "after");
        status(2, 4);
        client(14, 3, "z".repeat(60_000), 4, 0);
        status(3, 4);
        assertThat(told).containsExactly(
                new Change("remove", "x".repeat(512) + "...", "", "ok"),
                new Change("rename", "y".repeat(512) + "...", "...", "failure"),
                new Change("mkdir", "z".repeat(512) + "...", "", "failure"));
    }

    @Test
    void whatCannotBeFollowedIsSaidOnceAndTheRestIsLetBe() {
        client(2, 3);
        lost("the client does not begin with SSH_FXP_INIT");
        client(1, 2);
        lost("the client speaks version 2 of sftp");
        client(1, 6);
        server(2, 6);
        lost("the server speaks version 6 of sftp");
        client(1, 3);
        server(101, 3);
        lost("the server does not begin with SSH_FXP_VERSION");
        requests.toServer(new byte[] {0, 0, 0, 0}, 0, 4);
        lost("the client sends a packet of 0 bytes");
        requests.toClient(new byte[] {-1, -1, -1, -1}, 0, 4);
        lost("the server sends a packet of 4294967295 bytes");
        begin();
        client(13, 1);
        lost("the client sends a packet that is cut off");
        begin();
        client(3, 1, "a", 2, 0);
        client(6, 2, "guessed", 0L, "hidden");
        lost("the client uses a handle that no open file has");
        begin();
        client(13, 1, "a");
        client(13, 1, "b");
        lost("two requests of the same number");
        begin();
        client(17, 1, "looked for only");
        client(13, 1, "removed");
        lost("two requests of the same number");
        begin();
        opens(1, "a", "h");
        opens(2, "b", "h");
        lost("the server gives a handle twice");
        begin();
        client(4, 1, "h".repeat(257));
        lost("a handle of 257 bytes");
    }

    @Test
    void memoryIsBounded() {
        begin();
        for (int i = 0; i <= SftpRequests.MOST_WAITING; i++) {
            client(13, i, "a");
        }
        lost("more than 1024 requests wait for an answer");
        begin();
        for (int i = 0; i <= SftpRequests.MOST_OPEN; i++) {
            opens(i, "a", "h" + i);
        }
        lost("more than 1024 files are open at once");
        begin();
        opens(1, "big", "h");
        byte[] head = Arrays.copyOf(packet(6, 2, "h", 0L, ""), 4 + 1 + 4 + 5 + 8 + 4);
        ByteBuffer.wrap(head).putInt(head.length - 4 + (8 << 20)).putInt(head.length - 4, 8 << 20);
        requests.toServer(head, 0, head.length);
        byte[] some = new byte[1 << 16];
        for (int i = 0; i < 128; i++) {
            requests.toServer(some, 0, some.length);
        }
        status(2, 0);
        client(4, 3, "h");
        status(3, 0);
        assertThat(told).containsExactly(new File("big", 0, 8 << 20, "ok"));
    }
}
