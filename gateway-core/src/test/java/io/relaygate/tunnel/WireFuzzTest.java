package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.tunnel.FedEnd.Kind;
import io.relaygate.tunnel.FedEnd.Outcome;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes on a carrier, its end takes it or closes, and does the same however the bytes are cut. The system
 * property {@code relaygate.fuzz} says how many inputs are tried for each kind of end; what is found goes to the corpus.
 */
@Tag("fuzz")
@Timeout(600)
class WireFuzzTest {

    private static final int INPUTS = Integer.getInteger("relaygate.fuzz", 4_000);

    static List<Corpus> corpus() {
        return Corpus.all();
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void whatWasOnceFoundIsTaken(Corpus input) {
        taken(input.kind(), input.bytes(), new Random(1));
    }

    @ParameterizedTest
    @EnumSource
    void whateverComesIsTaken(Kind kind) {
        Random random = new Random(Long.getLong("relaygate.fuzz.seed", kind.name().hashCode()));
        List<byte[]> seeds = new ArrayList<>(List.of(conversation(kind)));
        Corpus.all().stream().filter(each -> each.kind() == kind).forEach(each -> seeds.add(each.bytes()));
        Mutator mutator = new Mutator(random, seeds);
        int closed = 0;
        for (int i = 0; i < INPUTS; i++) {
            closed += taken(kind, mutator.next(), random).closed() == null ? 0 : 1;
        }
        assertThat(closed).as("inputs that are refused").isBetween(INPUTS / 10, INPUTS - INPUTS / 100);
    }

    private static Outcome taken(Kind kind, byte[] bytes, Random random) {
        try {
            Outcome whole = FedEnd.feed(kind, List.of(bytes));
            assertThat(FedEnd.feed(kind, Corpus.cut(bytes, 1))).as("byte by byte").isEqualTo(whole);
            assertThat(FedEnd.feed(kind, Corpus.cut(bytes, 2 + random.nextInt(60)))).as("in pieces").isEqualTo(whole);
            return whole;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(Corpus.prefix(kind) + "NAME.hex: " + HexFormat.of().formatHex(bytes) + "\n" + e, e);
        }
    }

    /** What an honest peer might say to an end of a kind. */
    private static byte[] conversation(Kind kind) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        switch (kind) {
            case SITE_OPENING -> {
                all.writeBytes(FedEnd.CREATE.encode());
                all.writeBytes(FedEnd.framed(Frame.OPEN, 1, FedEnd.WHAT.encode(Mux.FIRST_WINDOW)));
            }
            case EDGE_OPENING -> {
                all.writeBytes(FedEnd.HELLO.encode());
                all.writeBytes(new CarrierRecord.Created(1).encode());
            }
            case SITE -> {
                all.writeBytes(FedEnd.framed(Frame.OPEN, 4, FedEnd.WHAT.encode(Mux.FIRST_WINDOW)));
                all.writeBytes(FedEnd.framed(Frame.DATA, 4, new byte[10]));
            }
            case EDGE -> {
                all.writeBytes(FedEnd.framed(Frame.ACCEPTED, 2));
                all.writeBytes(FedEnd.framed(Frame.DATA, 2, new byte[10]));
                all.writeBytes(FedEnd.framed(Frame.REFUSED, 2, Refused.encode("BUSY", "full")));
            }
        }
        all.writeBytes(new CarrierRecord.Ping(7).encode());
        all.writeBytes(new CarrierRecord.Ack(5).encode());
        all.writeBytes(FedEnd.framed(Frame.DATA, 1, new byte[300]));
        all.writeBytes(FedEnd.framed(Frame.CREDIT, 1, new Body().number(8, 1 << 20).alone()));
        all.writeBytes(FedEnd.framed(Frame.FINISH, 1));
        all.writeBytes(FedEnd.framed(Frame.GOAWAY, 0));
        all.writeBytes(new CarrierRecord.Pong(1).encode());
        all.writeBytes(new CarrierRecord.End().encode());
        return all.toByteArray();
    }
}
