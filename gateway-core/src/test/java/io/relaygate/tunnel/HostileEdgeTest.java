package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Created;
import io.relaygate.tunnel.CarrierRecord.Gone;
import io.relaygate.tunnel.CarrierRecord.Hello;
import io.relaygate.tunnel.CarrierRecord.Reset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an edge does to a site, over real sockets, its own lane ends with a reason and the lanes of others live on. */
@Timeout(120)
class HostileEdgeTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Identity EDGE = Identity.started("edge-9", RANDOM);

    private static SocketTunnel tunnel;
    private static SocketTunnel.Undisturbed undisturbed;

    @BeforeAll
    static void start() throws IOException {
        tunnel = new SocketTunnel();
        undisturbed = tunnel.undisturbed();
    }

    @AfterAll
    static void nobodyElseHasNoticed() throws IOException {
        try (SocketTunnel _ = tunnel;
                SocketTunnel.Undisturbed _ = undisturbed) {
            await().atMost(Duration.ofSeconds(10)).until(() -> tunnel.site().lanes() == 1);
        }
    }

    private static RawPeer dial() throws IOException {
        return new RawPeer(tunnel.port().connect());
    }

    private static Create create(Identity edge) {
        return new Create(Versions.OURS, 1, edge, Bits.random(CarrierRecord.SECRET, RANDOM), Mux.FIRST_WINDOW);
    }

    private static RawPeer created() throws IOException {
        return created(Identity.started("edge-9", RANDOM));
    }

    private static RawPeer created(Identity who) throws IOException {
        RawPeer edge = dial();
        assertThat(edge.hear(Hello.class)).isNotNull();
        edge.say(create(who));
        assertThat(edge.hear(Created.class)).isNotNull();
        return edge;
    }

    private static void broken(RawPeer edge, String reason) throws IOException {
        assertThat(edge.hear(Reset.class)).isEqualTo(new Reset(LaneEnd.BROKEN, reason));
    }

    private static byte[] open(long session) {
        return FedEnd.framed(Frame.OPEN, session, FedEnd.WHAT.encode(Mux.FIRST_WINDOW));
    }

    @Test
    void millionOpensThatAreTakenBack() throws Exception {
        try (RawPeer edge = created()) {
            Thread flood = tunnel.threads().start("flood", () -> {
                ByteArrayOutputStream many = new ByteArrayOutputStream();
                for (long session = 1; session <= 1_000_000; session++) {
                    many.writeBytes(open(session));
                    many.writeBytes(FedEnd.framed(Frame.RESET, session, new Body().text("no").alone()));
                    if (session % 500 == 0) {
                        try {
                            edge.say(many.toByteArray());
                        } catch (IOException e) {
                            return;
                        }
                        many.reset();
                    }
                }
            });
            Reset reset = edge.hear(Reset.class);
            assertThat(Objects.requireNonNull(reset).reason())
                    .isIn("the peer opens and resets too many sessions", "the peer acknowledges nothing");
            flood.join();
        }
    }

    @Test
    void edgeThatOpensAndNeverReads() throws Exception {
        try (RawPeer edge = created()) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (long session = 1; session <= 1_000; session++) {
                many.writeBytes(open(session));
                many.writeBytes(FedEnd.framed(Frame.DATA, session, new byte[20_000]));
            }
            edge.say(many.toByteArray());
            edge.sayUntilClosed(new CarrierRecord.Ping(1).encode());
        }
    }

    @Test
    void edgeThatAsksTooOften() throws Exception {
        try (RawPeer edge = created()) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < 1500; i++) {
                many.writeBytes(new CarrierRecord.Ping(i).encode());
            }
            edge.say(many.toByteArray());
            broken(edge, "the peer says too much that is nothing");
        }
    }

    record Illegal(String reason, List<byte[]> frames) {

        Illegal(String reason, byte[]... frames) {
            this(reason, List.of(frames));
        }

        @Override
        public String toString() {
            return reason;
        }
    }

    static List<Illegal> everyIllegalFrame() {
        byte[] body = new byte[Mux.FIRST_WINDOW + 1];
        byte[] credit = new Body().number(8, -1).alone();
        return List.of(
                new Illegal("session 1 sends more than it may", open(1), FedEnd.framed(Frame.DATA, 1, body)),
                new Illegal("an empty frame of data", open(1), FedEnd.framed(Frame.DATA, 1)),
                new Illegal("malformed frame of type 5", open(1), FedEnd.framed(Frame.CREDIT, 1, credit)),
                new Illegal("malformed frame of type 5", open(1), FedEnd.framed(Frame.CREDIT, 1, new byte[7])),
                new Illegal("malformed frame of type 7", open(1), FedEnd.framed(Frame.RESET, 1, new byte[] {1, 0})),
                new Illegal("malformed frame of type 1", FedEnd.framed(Frame.OPEN, 1, FedEnd.WHAT.encode(-1))),
                new Illegal("malformed frame of type 1", FedEnd.framed(Frame.OPEN, 1, new byte[3])),
                new Illegal("a frame of type 1 with 16385 bytes", FedEnd.framed(Frame.OPEN, 1, new byte[16_385])),
                new Illegal("a frame of type 4 with 65537 bytes", open(1), FedEnd.framed(Frame.DATA, 1, new byte[65_537])),
                new Illegal("session 1 is opened again", open(1), open(1)),
                new Illegal("session 0 is opened again", open(0)),
                new Illegal("session -1 is opened again", open(-1)),
                new Illegal("session 2 was never opened", open(1), FedEnd.framed(Frame.FINISH, 2)),
                new Illegal("session 1 ends twice", open(1), FedEnd.framed(Frame.FINISH, 1), FedEnd.framed(Frame.FINISH, 1)),
                new Illegal("session 1 sends after its end", open(1), FedEnd.framed(Frame.FINISH, 1), FedEnd.framed(Frame.DATA, 1, (byte) 1)),
                new Illegal("a frame of type 2 is not for sites", open(1), FedEnd.framed(Frame.ACCEPTED, 1)),
                new Illegal("a frame of type 3 is not for sites", open(1), FedEnd.framed(Frame.REFUSED, 1, new byte[4])),
                new Illegal("unknown frame type 0", FedEnd.framed(0, 1)),
                new Illegal("unknown frame type 127", FedEnd.framed(127, 1)));
    }

    @ParameterizedTest
    @MethodSource("everyIllegalFrame")
    void illegalFrame(Illegal illegal) throws Exception {
        try (RawPeer edge = created()) {
            // At one go: what comes after the echo of a session that has ended is nobody's, and no fault.
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            illegal.frames().forEach(together::writeBytes);
            edge.say(together.toByteArray());
            broken(edge, illegal.reason());
        }
    }

    static List<byte[]> everyIllegalRecord() {
        return List.of(
                new byte[] {0, 0, 0, 0},
                new byte[] {127, 0, 0, 0},
                new byte[] {CarrierRecord.DATA, 0, 0, 0},
                new byte[] {CarrierRecord.DATA, 2, 0, 1},
                new byte[] {CarrierRecord.ACK, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0},
                new byte[] {CarrierRecord.ACK, 0, 0, 8, -1, 0, 0, 0, 0, 0, 0, 0},
                new byte[] {CarrierRecord.PING, 0, 16, 1},
                new Created(1).encode(),
                new Gone(1, "").encode(),
                FedEnd.HELLO.encode(),
                create(EDGE).encode());
    }

    /** A fault is the carrier's: it is closed without a word, and the lane waits for another until its hold time is over. */
    @ParameterizedTest
    @MethodSource("everyIllegalRecord")
    void illegalRecord(byte[] record) throws Exception {
        try (RawPeer edge = created()) {
            edge.say(record);
            assertThat(edge.hear(Reset.class)).isNull();
        }
    }

    @ParameterizedTest
    @MethodSource("everyIllegalRecord")
    void illegalBeginning(byte[] record) throws Exception {
        if (record[0] == CarrierRecord.CREATE) {
            return;
        }
        try (RawPeer edge = dial()) {
            edge.say(record);
            assertThat(edge.hear(Created.class)).isNull();
        }
    }

    private static Attach attach(Hello hello, long lane, long epoch) {
        Bits proof = Bits.random(CarrierRecord.PROOF, RANDOM);
        return new Attach(Versions.OURS, 1, hello.site().boot(), lane, epoch, 0, FedEnd.NONCE, proof);
    }

    @Test
    void wrongSecret() throws Exception {
        for (long lane : new long[] {0, 1, Long.MAX_VALUE}) {
            try (RawPeer edge = dial()) {
                Hello hello = Objects.requireNonNull(edge.hear(Hello.class));
                edge.say(attach(hello, lane, Long.MAX_VALUE));
                Gone gone = edge.hear(Gone.class);
                assertThat(gone == null).as("lane %d is somebody's", lane).isEqualTo(lane == 1);
            }
        }
    }

    @Test
    void versionThatIsNotTheOneToChoose() throws Exception {
        try (RawPeer edge = dial()) {
            edge.hear(Hello.class);
            edge.say(new Create(new Versions(1, 2), 2, EDGE, new Bits(new byte[32]), 1));
            assertThat(edge.hear(Created.class)).isNull();
        }
    }

    @Test
    void moreLanesThanAnEdgeMayHave() throws Exception {
        List<RawPeer> edges = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            edges.add(created(EDGE));
        }
        try (RawPeer oneMore = dial()) {
            oneMore.hear(Hello.class);
            oneMore.say(create(EDGE));
            assertThat(oneMore.hear(Created.class)).isNull();
        }
        for (RawPeer edge : edges) {
            edge.close();
        }
    }

    @Test
    void acknowledgementOfWhatWasNeverSaid() throws Exception {
        try (RawPeer edge = created()) {
            edge.say(new CarrierRecord.Ack(1));
            broken(edge, "the peer claims to hold 1 bytes of 0");
        }
    }

    @Test
    void recordsThatAreCutOffAtEveryByte() throws Exception {
        byte[] record = create(EDGE).encode();
        for (int length = 0; length < record.length; length += 7) {
            try (RawPeer edge = dial()) {
                edge.hear(Hello.class);
                edge.say(ByteBuffer.allocate(length).put(record, 0, length).array());
            }
        }
    }
}
