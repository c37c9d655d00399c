package io.relaygate.plugins.redis.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.Mutations;
import io.relaygate.sdk.testkit.Pieces;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RequestReaderTest {

    private static final String SET = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nbc\r\n";
    private static final String ALL = SET + "*0\r\nping\r\n\r\n*2\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n" + "echo \"a b\" 'c'\n*1\r\n$4\r\nQUIT\r\n";

    private static int wanted(String name) {
        return name.equals("config") ? 1 : 0;
    }

    /** What was read, and what was passed on. */
    private record Read(List<String> names, String passed, @Nullable String failure) {}

    private static Read read(InputStream in) throws IOException {
        List<String> names = new ArrayList<>();
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        RequestReader reader = new RequestReader(in, () -> {});
        String failure = null;
        try {
            for (Request next = reader.next(RequestReaderTest::wanted); next != null; next = reader.next(RequestReaderTest::wanted)) {
                names.add(next.name() + "/" + next.count() + (next.word(0).isEmpty() ? "" : " " + next.word(0)));
                reader.pass(passed);
            }
        } catch (ProtocolErrorException | EOFException e) {
            failure = e.getMessage();
        }
        assertThat(reader.held()).isLessThan(1 << 20);
        return new Read(names, passed.toString(ISO_8859_1), failure);
    }

    private static Read read(String bytes) throws IOException {
        return read(Pieces.cutAfter(bytes.getBytes(ISO_8859_1), 0));
    }

    @Test
    void readsRequestsHoweverTheyAreCut() throws IOException {
        Read whole = read(ALL);
        assertThat(whole.failure()).isNull();
        assertThat(whole.names()).containsExactly("set/2", "ping/0", "config/1 get", "echo/2 a b", "quit/0");
        assertThat(whole.passed()).isEqualTo(SET + "*1\r\n$4\r\nping\r\n*2\r\n$6\r\nCONFIG\r\n$3\r\nGET\r\n"
                + "*3\r\n$4\r\necho\r\n$3\r\na b\r\n$1\r\nc\r\n*1\r\n$4\r\nQUIT\r\n");
        byte[] bytes = ALL.getBytes(ISO_8859_1);
        for (int cut = 1; cut < bytes.length; cut++) {
            assertThat(read(Pieces.cutAfter(bytes, cut))).isEqualTo(whole);
        }
        assertThat(read(new Pieces(bytes, at -> 1))).isEqualTo(whole);
    }

    @Test
    void requestThatEndsTooEarlyIsNone() throws IOException {
        for (int length = 1; length < SET.length(); length++) {
            assertThat(read(SET.substring(0, length)).failure()).isEqualTo("the client has ended within a request");
        }
        assertThat(read("").failure()).isNull();
        assertThat(read("pin").failure()).isEqualTo("the client has ended within a request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*x\r\n", "*+1\r\n", "*01\r\n", "* 1\r\n", "*-0\r\n", "*1048577\r\n", "*9999999999999999999999\r\n", "*1\n$4\r\n",
        "*1\r\r", "*1\r\nPING\r\n", "*1\r\n:4\r\n", "*1\r\n$-1\r\n", "*1\r\n$x\r\n", "*1\r\n$04\r\nPING\r\n", "*1\r\n$3\r\nPING\r\n",
        "*2\r\n$4\r\nECHO\r\n$1\r\nab\r\n", "\"a\r\n", "a \"b\"c\r\n", "'\r\n", "a\0b\r\n", "\"a\\\r\n"})
    void whatRedisMightReadDifferentlyIsNone(String bytes) throws IOException {
        Read read = read(bytes + "*1\r\n$4\r\nPING\r\n");
        assertThat(read.failure()).startsWith("Protocol error: ").doesNotContain("\r");
        assertThat(read.names()).doesNotContain("ping/0");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '^', value = {"^g\"e\"t k^, ^g\"e\"t k^", "^\"\\x67et\" k^, get", "^'get' k^, get", "GeT k, get", "^ \tget  k ^, get"})
    void inlineCommandsAreNamedAsRedisNamesThem(String line, String name) throws IOException {
        if (line.startsWith("g\"")) {
            // A quote within a word begins a quoted part for Redis too, which must end at the word's end.
            assertThat(read(line + "\r\n").failure()).contains("unbalanced quotes");
            return;
        }
        assertThat(read(line + "\r\n").names()).containsExactly(name + "/1 k");
    }

    @Test
    void largeArgumentsPassThroughAndAreNotHeld() throws IOException {
        long length = 300_000_000L;
        InputStream head = Pieces.cutAfter(("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n").getBytes(US_ASCII), 0);
        InputStream in = new InputStream() {
            private long left = length;

            @Override
            public int read() {
                throw new AssertionError();
            }

            @Override
            public int read(byte[] into, int offset, int most) throws IOException {
                int n = head.read(into, offset, most);
                if (n > 0 || left == -2) {
                    return n;
                }
                if (left <= 0) {
                    into[offset] = (byte) (left-- == 0 ? '\r' : '\n');
                    return 1;
                }
                n = (int) Math.min(left, most);
                left -= n;
                return n;
            }
        };
        RequestReader reader = new RequestReader(in, () -> {});
        long[] passed = new long[1];
        assertThat(reader.next(name -> 10)).isNotNull().satisfies(request -> {
            assertThat(request.isComplete()).isFalse();
            assertThat(request.count()).isEqualTo(2);
        });
        reader.pass(new OutputStream() {
            @Override
            public void write(int b) {
                passed[0]++;
            }

            @Override
            public void write(byte[] bytes, int offset, int count) {
                passed[0] += count;
            }
        });
        assertThat(passed[0]).isEqualTo(length + "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$300000000\r\n\r\n".length());
        assertThat(reader.held()).isLessThan(40_000);
        assertThat(reader.next(name -> 0)).isNull();
    }

    @Test
    void namesThatAreLongerThanAnyAreNotHeld() throws IOException {
        Read read = read("*2\r\n$65\r\n" + "x".repeat(65) + "\r\n$1\r\na\r\n*1\r\n$4\r\nPING\r\n");
        assertThat(read.names()).containsExactly("/1", "ping/0");
        assertThat(read.passed()).contains("x".repeat(65) + "\r\n$1\r\na\r\n");
    }

    @Test
    void inlineCommandsHaveAnEnd() throws IOException {
        assertThat(read("x".repeat(70_000) + "\r\n").failure()).contains("too big inline request");
        assertThat(read("x ".repeat(32_000) + "\r\n").names()).hasSize(1);
    }

    /** Whatever comes: it ends, in bounds, and what was passed on reads the same again. */
    @Test
    @Tag("fuzz")
    void mutatedRequestsAreReadTheSameTwiceOrNotAtAll() throws IOException {
        Random random = new Random(Mutations.seed(7));
        for (int i = 0; i < Mutations.inputs(20_000); i++) {
            byte[] bytes = ALL.getBytes(ISO_8859_1);
            for (int m = random.nextInt(1, 4); m > 0; m--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? "\r\n*$0123456789 \"'\\x-".charAt(random.nextInt(19)) : random.nextInt());
            }
            Read once = read(new Pieces(bytes, at -> 1 + random.nextInt(9)));
            Read again = read(once.passed());
            assertThat(commands(again)).startsWith(commands(once));
        }
    }

    private static String[] commands(Read read) {
        return read.names().stream().map(name -> name.replaceFirst("(?s)/([0-9]+).*", "/$1")).toArray(String[]::new);
    }

    @Test
    void sendsWhatWasGatheredBeforeItWaits() throws IOException {
        List<String> order = new ArrayList<>();
        InputStream in = new Pieces(SET.getBytes(ISO_8859_1), at -> 100);
        RequestReader reader = new RequestReader(in, () -> order.add("sent"));
        reader.next(name -> 0);
        reader.pass(OutputStream.nullOutputStream());
        order.add("passed");
        assertThat(reader.next(name -> 0)).isNull();
        assertThat(order).containsExactly("sent", "passed", "sent");
    }

    @Test
    void loginsAreRead() throws IOException {
        assertThat(login("AUTH secret")).isEqualTo("default:secret []");
        assertThat(login("auth ann secret")).isEqualTo("ann:secret []");
        assertThat(login("HELLO 3 AUTH ann secret SETNAME x")).isEqualTo("ann:secret [HELLO, 3, SETNAME, x]");
        assertThat(login("hello 2 setname x auth ann secret")).isEqualTo("ann:secret [HELLO, 2, setname, x]");
        for (String none : new String[] {"AUTH", "AUTH a b c", "HELLO", "HELLO 3", "HELLO 3 AUTH ann", "HELLO 3 OTHER AUTH a b"}) {
            assertThat(login(none)).isEqualTo("none");
        }
    }

    private static String login(String line) throws IOException {
        Request request = Objects.requireNonNull(
                new RequestReader(Pieces.cutAfter((line + "\r\n").getBytes(US_ASCII), 0), () -> {}).next(name -> 10));
        Login login = Login.of(request);
        return login == null
                ? "none"
                : login.user() + ":" + new String(login.password(), US_ASCII) + " "
                        + login.rest().stream().map(word -> new String(word, US_ASCII)).toList();
    }
}
