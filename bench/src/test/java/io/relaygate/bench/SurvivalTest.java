package io.relaygate.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a survival run would notice, on a direct path and on bad ones. */
@Timeout(60)
class SurvivalTest {

    private static final int RATE = 10_000_000;

    private final Complaints complaints = new Complaints();

    private static SurvivalOptions options(String... words) throws Refusal {
        return SurvivalOptions.parse(List.of(words));
    }

    @Test
    void everySessionOfACrowdComesToItsEnd() throws Exception {
        try (FarEnd far = new FarEnd(RATE, complaints)) {
            Crowd crowd = Crowd.enter(
                    far.address(), far, options("--bulk", "3", "--keys", "2", "--rate", "10000"), complaints);
            while (Math.min(crowd.bytesDown(), crowd.bytesUp()) <= 1_000_000) {
                Thread.onSpinWait();
            }
            crowd.leave();

            assertThat(complaints.all()).isEmpty();
            assertThat(crowd.sessions()).isEqualTo(5);
            assertThat(crowd.typists()).allSatisfy(typist -> assertThat(typist.count()).isPositive());
            assertThat(crowd.bytesUp()).isGreaterThan(1_000_000);
        }
    }

    /** A relay of bytes, one of which it changes, drops or doubles, or which it ends early. */
    @ParameterizedTest
    @CsvSource({"changed", "dropped", "doubled", "ended"})
    void aHaulNoticesEveryFault(String fault) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread bad = Thread.ofVirtual().start(() -> serve(server, fault));
            Haul haul = Haul.near((InetSocketAddress) server.getLocalSocketAddress(), 7, RATE);

            assertThatThrownBy(haul::run)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(fault.equals("ended") ? "the session was ended" : "a wrong byte came");
            assertThat(haul.received()).isEqualTo(5000);
            bad.join();
        }
    }

    private static void serve(ServerSocket server, String fault) {
        try (Socket socket = server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readByte();
            SeededBytes bytes = new SeededBytes(-in.readLong());
            byte[] good = new byte[10_000];
            bytes.fill(good, good.length, 0);
            int next = switch (fault) {
                case "dropped" -> 5001;
                case "doubled" -> 4999;
                default -> 5000;
            };
            byte[] rest = Arrays.copyOfRange(good, next, good.length);
            if (fault.equals("changed")) {
                rest[0] ^= 1;
            }
            socket.getOutputStream().write(good, 0, 5000);
            if (!fault.equals("ended")) {
                socket.getOutputStream().write(rest);
            }
            socket.shutdownOutput();
            in.transferTo(new ByteArrayOutputStream());
        } catch (IOException e) {
            // The hauler has left.
        }
    }

    @Test
    void streamsAreTheSameHoweverTheyAreCut() {
        SeededBytes stream = new SeededBytes(42);
        byte[] whole = new byte[1000];
        stream.fill(whole, whole.length, 0);
        for (int from : new int[] {0, 1, 7, 8, 9, 500}) {
            for (int length : new int[] {0, 1, 7, 8, 15, 400}) {
                byte[] part = new byte[length];
                stream.fill(part, length, from);
                assertThat(part).isEqualTo(Arrays.copyOfRange(whole, from, from + length));
            }
        }
        assertThat(new SeededBytes(43).right(whole, whole.length, 0, new byte[1000])).isLessThan(8);
    }

    @Test
    void countersAreSummedByTheirLabels() {
        Counters after = Counters.parse("# HELP a_total b\na_total{x=\"1\",y=\"2\"} 5.0\na_total{x=\"2\",y=\"2\"} 7.0\nab 1.0\n");

        assertThat(after.sum("a_total")).isEqualTo(12);
        assertThat(after.sum("a_total", "y=\"2\"", "x=\"2\"")).isEqualTo(7);
        assertThat(after.has("a")).isFalse();
    }

    @Test
    void aFileOfTwoGibibytesIsForTheWholeTenMinutes() throws Refusal {
        assertThat(options().file()).isEqualTo(2L << 30);
        assertThat(options().time()).isEqualTo(Duration.ofMinutes(10));
        assertThat(options("--minutes", "5").file()).isEqualTo(1L << 30);
    }

    @ParameterizedTest
    @CsvSource({
        "--relays 3, '--relays wants a number from 1.0 to 2'",
        "--minutes x, '--minutes wants a number'",
        "--minutes, --minutes lacks its value",
        "--relay 1, there is no option '--relay'",
        "--without ssh, '--without: there is no ''ssh'''",
        "--home nowhere, '--home: there is no bin/relaygate'",
    })
    void refusesWhatItCannotDo(String words, String message) {
        assertThatThrownBy(() -> options(words.split(" ", -1))).isInstanceOf(Refusal.class).hasMessageContaining(message);
    }

    @Test
    void refusesToRunWithoutADistribution() {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        assertThatThrownBy(() -> new Survival(options(), null, nowhere, nowhere))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("bench/survive");
    }
}
