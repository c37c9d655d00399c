package io.relaygate.plugins.measure;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class MeasurePluginTest {

    private static final String GREETING = "relaygate-measure 1\n";

    private TestRoute route;

    @BeforeEach
    void open() {
        route = TestRoute.with(new MeasureProtocol()).settings("mostBytes: 60000\natOnce: 1").open();
    }

    @AfterEach
    void close() {
        route.close();
    }

    private TestSession said(String line, int bytes) {
        TestSession session = route.connect();
        session.client().receives(GREETING).sends(line).sends(new byte[bytes]);
        return session;
    }

    private static byte[] answer(TestSession session) {
        byte[] answer = session.client().finishes().receivesToTheEnd();
        assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        return answer;
    }

    private void refuses(String said, Reason why) {
        assertThat(said(said, 0).ending().reason()).isEqualTo(why);
    }

    @Test
    void bringsTheProtocolMeasureAlone() {
        try (GatewayPlugin plugin = new MeasurePlugin()) {
            assertThat(plugin.protocols()).singleElement().satisfies(protocol -> {
                assertThat(protocol.name()).isEqualTo("measure");
                assertThat(protocol.settings()).isEqualTo(MeasureSettings.class);
            });
        }
    }

    @Test
    void refusesARouteThatNamesADestination() {
        assertThat(TestRoute.with(new MeasureProtocol()).to("far").problems())
                .singleElement()
                .asString()
                .endsWith("measure connects to nothing: leave `to:` out");
    }

    @Test
    void echoesWhatComes() {
        assertThat(answer(said("echo\nabc", 10_000))).hasSize(10_003).startsWith((byte) 'a', (byte) 'b', (byte) 'c');
    }

    @Test
    void takesBytesAndSaysHowMany() {
        assertThat(answer(said("up\n", 60_000))).asString(US_ASCII).isEqualTo("60000\n");
        assertThat(answer(said("up\n", 0))).asString(US_ASCII).isEqualTo("0\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 60_000})
    void sendsAsManyBytesAsAskedFor(int bytes) {
        assertThat(answer(said("down " + bytes + "\n", 0))).hasSize(bytes);
    }

    @Test
    void sendsWithinItsPieces() {
        try (TestRoute large = TestRoute.with(new MeasureProtocol()).open()) {
            for (int bytes : new int[] {65_472, 65_473, 200_000}) {
                TestSession session = large.connect();
                session.client().receives(GREETING).sends("down " + bytes + "\n");
                assertThat(answer(session)).hasSize(bytes);
            }
        }
    }

    @Test
    void readsItsLineHoweverItIsCut() {
        route.atEveryCut(session -> session.client().receives(GREETING).sends("down 3\n").receives("\0\0\0").seesTheEnd());
    }

    @Test
    void movesNoMoreThanItMay() {
        refuses("down 60001\n", Reason.NOT_ALLOWED);
        refuses("up\n" + "x".repeat(60_001), Reason.NOT_ALLOWED);
        refuses("echo\n" + "x".repeat(60_001), Reason.NOT_ALLOWED);
    }

    @Test
    void takesNoMoreTimeThanItMay() {
        TestSession session = said("up\n", 10);
        route.clock().advance(Duration.ofSeconds(31));
        session.client().seesAReset();
        assertThat(session.ending().how()).isEqualTo("DEADLINE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo 1\n", "up 5\n", "down\n", "down x\n", "down -1\n", "down 1 2\n", "GET / HTTP/1.1\n",
        "down 1000000000000000000\n", "a line that is longer than any that is known here\n"})
    void takesNothingElse(String said) {
        refuses(said, Reason.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "echo"})
    void takesNoLineThatEnds(String said) {
        TestSession session = said(said, 0);
        session.client().finishes();
        assertThat(session.ending().reason()).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void clientThatIsGoneTakesNoPlace() {
        TestSession gone = route.connect();
        gone.client().receives(GREETING).resets();
        assertThat(gone.ending().how()).isEqualTo("PEER_LOST");
        assertThat(answer(said("up\n", 0))).asString(US_ASCII).isEqualTo("0\n");
    }

    @Test
    void refusesWhileOthersMeasure() {
        TestSession first = said("up\n", 5);
        TestSession second = route.connect();
        second.client().seesAReset();
        assertThat(second.ending().reason()).isEqualTo(Reason.BUSY);
        assertThat(answer(first)).asString(US_ASCII).isEqualTo("5\n");
        assertThat(answer(said("up\n", 0))).asString(US_ASCII).isEqualTo("0\n");
    }
}
