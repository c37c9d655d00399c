package io.relaygate.plugins.measure;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasurePluginTest {

    private static final String GREETING = "relaygate-measure 1\n";
    private static final MeasureSettings SETTINGS = new MeasureSettings(200_000, Duration.ofSeconds(30), 1);

    private record Route(String route, boolean namesDestination) implements RouteContext {}

    private static ProtocolHandler handler() {
        return new MeasureProtocol().open(SETTINGS, new Route("measure", false));
    }

    private static FakeConnection said(String line, int bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(line.getBytes(US_ASCII));
        all.writeBytes(new byte[bytes]);
        return new FakeConnection(all.toByteArray());
    }

    private static byte[] answer(FakeConnection client) throws IOException {
        try (ProtocolHandler handler = handler()) {
            handler.handle(new FakeSession(() -> client));
        }
        assertThat(client.finished).isTrue();
        assertThat(client.closed).isTrue();
        assertThat(client.deadline).isBetween(Instant.now().plusSeconds(20), Instant.now().plusSeconds(30));
        byte[] all = client.out.toByteArray();
        assertThat(new String(all, 0, GREETING.length(), US_ASCII)).isEqualTo(GREETING);
        return java.util.Arrays.copyOfRange(all, GREETING.length(), all.length);
    }

    private static void refuses(FakeConnection client, Reason why) {
        try (ProtocolHandler handler = handler()) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> handler.handle(new FakeSession(() -> client)))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(why));
        }
        assertThat(client.closed).isTrue();
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
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MeasureProtocol().open(SETTINGS, new Route("measure", true)))
                .withMessage("measure connects to nothing: leave `to:` out");
    }

    @Test
    void echoesWhatComes() throws IOException {
        assertThat(answer(said("echo\nabc", 10_000))).hasSize(10_003).startsWith((byte) 'a', (byte) 'b', (byte) 'c');
    }

    @Test
    void takesBytesAndSaysHowMany() throws IOException {
        assertThat(answer(said("up\n", 200_000))).asString(US_ASCII).isEqualTo("200000\n");
        assertThat(answer(said("up\n", 0))).asString(US_ASCII).isEqualTo("0\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_472, 65_473, 200_000})
    void sendsAsManyBytesAsAskedFor(int bytes) throws IOException {
        assertThat(answer(said("down " + bytes + "\n", 0))).hasSize(bytes);
    }

    @Test
    void movesNoMoreThanItMay() {
        refuses(said("down 200001\n", 0), Reason.NOT_ALLOWED);
        refuses(said("up\n", 200_001), Reason.NOT_ALLOWED);
        refuses(said("echo\n", 200_001), Reason.NOT_ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "echo", "echo 1\n", "up 5\n", "down\n", "down x\n", "down -1\n", "down 1 2\n", "GET / HTTP/1.1\n",
        "down 1000000000000000000\n", "a line that is longer than any that is known here\n"})
    void takesNothingElse(String said) {
        refuses(said(said, 0), Reason.MALFORMED);
    }

    @Test
    void clientThatIsGoneTakesNoPlace() throws IOException {
        try (ProtocolHandler handler = handler()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> handler.handle(new FakeSession(() -> {
                        throw new IllegalStateException("gone");
                    })));
            handler.handle(new FakeSession(() -> said("up\n", 0)));
        }
    }

    @Test
    void refusesWhileOthersMeasure() throws IOException {
        try (ProtocolHandler handler = handler()) {
            FakeConnection client = said("up\n", 0);
            handler.handle(new FakeSession(() -> {
                assertThatExceptionOfType(RefusedException.class)
                        .isThrownBy(() -> handler.handle(new FakeSession(() -> said("up\n", 0))))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
                return client;
            }));
            assertThat(client.finished).isTrue();
            handler.handle(new FakeSession(() -> said("up\n", 0)));
        }
    }
}
