package io.relaygate.plugins.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.relaygate.plugins.http.wire.Cases.Case;
import io.relaygate.plugins.http.wire.Passing.Outcome;
import io.relaygate.sdk.testkit.Mutations;
import io.relaygate.sdk.testkit.Pieces;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Messages that are nearly right. Whatever becomes of them becomes of them however they are cut, and is understood in one way. */
@Tag("fuzz")
@Timeout(120)
class MutationTest {

    private static final int RUNS = Mutations.inputs(20_000);
    private static final long MOST_ALLOCATED = 400_000;
    private static final String[] NASTY = {
        "\r\n", "\n", "\r", " ", "\t", "\0", ":", ";", ",", "0", "-", "+", "0x", "\u000b", "\u00a0", "chunked", "Transfer-Encoding: chunked\r\n",
        "Content-Length: 1\r\n", "Host: b\r\n", "Connection: close\r\n", "HTTP/1.1", "0\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "fffffffff", "\u007f", "\\", "\""};

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listenToTheParser() {
        log.start();
        parserLog().addAppender(log);
    }

    /** What clients say must not come into the log, least of all unescaped. */
    @AfterEach
    void requireThatTheParserIsSilent() {
        parserLog().detachAppender(log);
        assertThat(log.list).isEmpty();
    }

    private static Logger parserLog() {
        return (Logger) LoggerFactory.getLogger("org.eclipse.jetty");
    }

    private static String mutated(String text, Random random, List<Case> others) {
        StringBuilder bytes = new StringBuilder(text);
        for (int i = 1 + random.nextInt(3); i > 0 && !bytes.isEmpty(); i--) {
            int at = random.nextInt(bytes.length());
            int end = Math.min(bytes.length(), at + 1 + random.nextInt(8));
            switch (random.nextInt(6)) {
                case 0 -> bytes.setCharAt(at, (char) random.nextInt(256));
                case 1 -> bytes.delete(at, end);
                case 2 -> bytes.insert(at, NASTY[random.nextInt(NASTY.length)]);
                case 3 -> bytes.insert(at, bytes.substring(at, end));
                case 4 -> bytes.replace(at, end, NASTY[random.nextInt(NASTY.length)]);
                default -> {
                    String other = others.get(random.nextInt(others.size())).in();
                    bytes.setLength(at);
                    bytes.append(other.substring(Math.min(at, other.length())));
                }
            }
        }
        return bytes.toString();
    }

    private static Outcome pass(boolean requests, Pieces in) {
        return requests ? Passing.requests(in, Limits.USUAL) : Passing.responses(in, false);
    }

    private static List<Canonical.Message> understood(boolean requests, String text) {
        return requests ? Canonical.requests(text) : Canonical.responses(text, false);
    }

    private static int run(List<Case> corpus, boolean requests, long seed) {
        Random random = new Random(seed);
        int passed = 0;
        for (int i = 0; i < RUNS; i++) {
            String text = mutated(corpus.get(random.nextInt(corpus.size())).in(), random, corpus);
            byte[] bytes = text.getBytes(ISO_8859_1);
            Outcome whole = pass(requests, Pieces.whole(bytes));
            Outcome cut = pass(requests, random.nextBoolean() ? Pieces.oneByOne(bytes) : Pieces.cutAfter(bytes, random.nextInt(bytes.length + 1)));
            String what = "seed " + seed + " run " + i + ": " + text.replace("\r", "\\r").replace("\n", "\\n\n");
            assertThat(cut.status()).as(what).isEqualTo(whole.status());
            if (whole.status() == 0 && !whole.out().startsWith("HTTP/1.1 101 ") && !whole.out().contains("\r\n\r\nHTTP/1.1 101 ")) {
                passed++;
                List<Canonical.Message> meant = understood(requests, whole.out());
                assertThat(understood(requests, cut.out())).as(what).isEqualTo(meant);
                if (meant.stream().allMatch(MutationTest::canComeAgain)) {
                    Outcome again = pass(requests, Pieces.whole(whole.out().getBytes(ISO_8859_1)));
                    assertThat(again).as(what).isEqualTo(whole);
                }
            }
        }
        return passed;
    }

    /** A request of HTTP/1.0 has got its Host only beyond this package. */
    private static boolean canComeAgain(Canonical.Message message) {
        return message.first().startsWith("HTTP/") || message.fields().stream().anyMatch(field -> field.regionMatches(true, 0, "host:", 0, 5));
    }

    @Test
    void requestThatIsNearlyRightIsRefusedOrUnderstoodInOneWay() {
        List<Case> corpus = WireTest.requests();
        long before = allocated();
        int passed = run(corpus, true, Mutations.seed(1));
        assertThat((allocated() - before) / RUNS).isLessThan(MOST_ALLOCATED);
        assertThat(passed).isBetween(RUNS / 50, RUNS - RUNS / 10);
    }

    @Test
    void responseThatIsNearlyRightIsRefusedOrUnderstoodInOneWay() {
        List<Case> corpus = WireTest.responses();
        long before = allocated();
        int passed = run(corpus, false, Mutations.seed(2));
        assertThat((allocated() - before) / RUNS).isLessThan(MOST_ALLOCATED);
        assertThat(passed).isBetween(RUNS / 50, RUNS - RUNS / 10);
    }

    private static long allocated() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getCurrentThreadAllocatedBytes();
    }

    /** Every way of hiding a framing from one of two servers, with a request behind it that only one of them would see. */
    @Test
    void hiddenFramingSmugglesNothing() {
        String[] names = {
            "Transfer-Encoding", "transfer-encoding", "Transfer-Encoding ", " Transfer-Encoding", "\tTransfer-Encoding", "Transfer-Encoding\t",
            "Transfer-Encoding\0", "Transfer_Encoding", "Transfer-Encoding\r", "Transfer\u00adEncoding", "X: y\nTransfer-Encoding", "X: y\rTransfer-Encoding",
            "X: y\r\n Transfer-Encoding", "\"Transfer-Encoding\"", "Transfer-Encoding:", "Connection: Content-Length\r\nTransfer-Encoding",
            "Content-Encoding: x\r\n\tfolded\r\nTransfer-Encoding"};
        String[] values = {
            "chunked", " chunked", "\tchunked", "\u000bchunked", "CHUNKED", "chunked ", "chunked\t", "chunked,", ",chunked", "chunked, identity", "identity, chunked",
            "x, chunked", "chunked;q=1", "'chunked'", "\"chunked\"", "xchunked", "chunkedx", "chunked\0", "chunked\r", "\nchunked", "", "\r\n chunked", "chunked\n"};
        String hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
        String body = "0\r\n\r\n" + hidden;
        List<String> lengths = new ArrayList<>(List.of("", "Content-Length: " + body.length() + "\r\n", "Content-Length: 0\r\n", "Content-Length: 5\r\n"));
        int tried = 0;
        for (String name : names) {
            for (String value : values) {
                for (String length : lengths) {
                    for (boolean first : new boolean[] {true, false}) {
                        String coding = name + ":" + value + "\r\n";
                        String text = "POST / HTTP/1.1\r\nHost: a\r\n" + (first ? length + coding : coding + length) + "\r\n" + body;
                        Outcome outcome = Passing.requests(Pieces.whole(text.getBytes(ISO_8859_1)), Limits.USUAL);
                        boolean framed = length.isEmpty() || length.contains(" 5");
                        if (outcome.status() == 0 && !framed) {
                            assertThat(Canonical.requests(outcome.out())).as(text).noneMatch(message -> message.first().startsWith("GET /hidden"));
                        }
                        if (!length.isEmpty() && outcome.status() == 0) {
                            assertThat(outcome.out()).as(text).doesNotContainIgnoringCase("\nTransfer-Encoding:");
                        }
                        tried++;
                    }
                }
            }
        }
        assertThat(tried).isEqualTo(names.length * values.length * lengths.size() * 2);
    }
}
