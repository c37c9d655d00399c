package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Link;
import io.relaygate.observe.LostException;
import io.relaygate.sdk.RefusedException;
import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Attached;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Created;
import io.relaygate.tunnel.CarrierRecord.Hello;
import io.relaygate.tunnel.CarrierRecord.Reset;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a site does to an edge, over real sockets, the edge's sessions to it end with a reason, and those to others live on. */
@Timeout(120)
class HostileSiteTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Identity SITE = Identity.started("site-9", RANDOM);
    private static final Hello HELLO = new Hello(Versions.OURS, SITE, FedEnd.NONCE, Mux.FIRST_WINDOW);

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
            assertThat(tunnel.site().lanes()).isEqualTo(1);
        }
    }

    /** What a site says on the n-th carrier, from 0 on. */
    private interface Script {
        void play(RawPeer edge, int carrier) throws IOException;
    }

    private static <T> T said(@Nullable T record) throws IOException {
        if (record == null) {
            throw new IOException("the edge has left");
        }
        return record;
    }

    private static Create takesLane(RawPeer edge) throws IOException {
        edge.say(HELLO);
        Create create = said(edge.hear(Create.class));
        edge.say(new Created(1));
        return create;
    }

    /** Uses an edge whose site plays a script. */
    private static void against(Script script, Use use) throws IOException {
        AtomicInteger carriers = new AtomicInteger();
        AtomicInteger playing = new AtomicInteger();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        try (Loopback site = Loopback.listen(tunnel.threads(), link -> {
                    int carrier = carriers.getAndIncrement();
                    playing.incrementAndGet();
                    try (RawPeer edge = new RawPeer(link)) {
                        script.play(edge, carrier);
                        if (carrier == 0) {
                            edge.hear(CarrierRecord.End.class);
                        }
                    } catch (IOException e) {
                        // The edge has left.
                    } catch (AssertionError | RuntimeException e) {
                        failures.add(e);
                    } finally {
                        playing.decrementAndGet();
                    }
                });
                EdgeTunnel edge = tunnel.edge(
                        "edge-2", (boot, deadline) -> new Opened(site.connect(), "sockets"))) {
            use.of(edge);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> playing.get() == 0);
        assertThat(failures).isEmpty();
    }

    private interface Use {
        void of(EdgeTunnel edge) throws IOException;
    }

    private static Link open(EdgeTunnel edge) throws IOException {
        return edge.open(FedEnd.WHAT, Instant.now().plusSeconds(20)).link();
    }

    /** A session fails by the end of its lane, for a reason. */
    private static void lost(EdgeTunnel edge, String reason) throws IOException {
        try (Link link = open(edge)) {
            assertThatExceptionOfType(LostException.class)
                    .isThrownBy(() -> link.in().read())
                    .withMessageContaining(reason);
        }
    }

    static List<HostileEdgeTest.Illegal> everyIllegalFrame() {
        return List.of(
                new HostileEdgeTest.Illegal("session 1 sends more than it may", FedEnd.framed(Frame.DATA, 1, new byte[Mux.FIRST_WINDOW + 1])),
                new HostileEdgeTest.Illegal("an empty frame of data", FedEnd.framed(Frame.DATA, 1)),
                new HostileEdgeTest.Illegal("a site opens no sessions", FedEnd.framed(Frame.OPEN, 2, FedEnd.WHAT.encode(1))),
                new HostileEdgeTest.Illegal("malformed frame of type 3", FedEnd.framed(Frame.REFUSED, 1, new byte[] {0, 9})),
                new HostileEdgeTest.Illegal("malformed frame of type 5", FedEnd.framed(Frame.CREDIT, 1, new Body().number(8, Long.MIN_VALUE).alone())),
                new HostileEdgeTest.Illegal("session 99 was never opened", FedEnd.framed(Frame.ACCEPTED, 99)),
                new HostileEdgeTest.Illegal("unknown frame type 100", FedEnd.framed(100, 1)));
    }

    @ParameterizedTest
    @MethodSource("everyIllegalFrame")
    void illegalFrame(HostileEdgeTest.Illegal illegal) throws Exception {
        against(
                (edge, carrier) -> {
                    if (carrier > 0) {
                        return;
                    }
                    takesLane(edge);
                    // The session's OPEN comes first.
                    edge.hearData();
                    edge.say(illegal.frames().getFirst());
                    assertThat(edge.hear(Reset.class)).isEqualTo(new Reset(LaneEnd.BROKEN, illegal.reason()));
                },
                edge -> lost(edge, illegal.reason()));
    }

    @Test
    void creditThatShrinksIsIgnoredAndThatIsAbsurdIsOnlyCredit() throws Exception {
        against(
                (edge, carrier) -> {
                    takesLane(edge);
                    edge.hearData();
                    edge.say(FedEnd.framed(Frame.CREDIT, 1, new Body().number(8, 0).alone()));
                    edge.say(FedEnd.framed(Frame.CREDIT, 1, new Body().number(8, Long.MAX_VALUE).alone()));
                    edge.say(FedEnd.framed(Frame.ACCEPTED, 1));
                    edge.say(FedEnd.framed(Frame.DATA, 1, (byte) 7));
                    edge.say(FedEnd.framed(Frame.FINISH, 1));
                },
                edge -> {
                    try (Link link = open(edge)) {
                        link.out().write(new byte[200_000]);
                        assertThat(link.in().readAllBytes()).containsExactly(7);
                    }
                });
    }

    /** Nothing is acknowledged: the writer waits at what the lane retains, and ends with the lane. */
    @Test
    void siteThatPromisesEverythingAndAcknowledgesNothing() throws Exception {
        against(
                (edge, carrier) -> {
                    if (carrier == 0) {
                        takesLane(edge);
                        edge.hearData();
                        edge.say(FedEnd.framed(Frame.CREDIT, 1, new Body().number(8, Long.MAX_VALUE).alone()));
                        edge.say(FedEnd.framed(Frame.ACCEPTED, 1));
                        edge.hear(CarrierRecord.End.class);
                    }
                },
                edge -> {
                    try (Link link = open(edge)) {
                        assertThatExceptionOfType(LostException.class)
                                .isThrownBy(() -> link.out().write(new byte[64 << 20]))
                                .withMessageContaining("the relay was lost");
                    }
                });
    }

    @Test
    void wrongProofClosesTheCarrierUntilTheHoldTimeIsOver() throws Exception {
        against(
                (edge, carrier) -> {
                    if (carrier == 0) {
                        takesLane(edge);
                        edge.hearData();
                    } else {
                        edge.say(HELLO);
                        Attach attach = edge.hear(Attach.class);
                        if (attach != null) {
                            edge.say(new Attached(attach.epoch(), 0, Bits.random(CarrierRecord.PROOF, RANDOM)));
                            assertThat(edge.hear(Reset.class)).isNull();
                        }
                    }
                    edge.close();
                },
                edge -> {
                    try (Link link = open(edge)) {
                        // Of which the site may have used something, else it would be opened elsewhere.
                        link.out().write('x');
                        assertThatExceptionOfType(LostException.class)
                                .isThrownBy(() -> link.in().read())
                                .withMessageContaining("no relay connection for 2 s");
                    }
                });
    }

    @Test
    void countOutsideUnderARightProofEndsTheLane() throws Exception {
        Create[] lane = new Create[1];
        against(
                (edge, carrier) -> {
                    if (carrier == 0) {
                        lane[0] = takesLane(edge);
                        edge.hearData();
                        edge.close();
                        return;
                    }
                    edge.say(HELLO);
                    if (carrier > 1) {
                        return;
                    }
                    Attach attach = said(edge.hear(Attach.class));
                    Create create = Objects.requireNonNull(lane[0]);
                    Proof proof = new Proof(
                            HELLO.versions(),
                            attach.versions(),
                            attach.version(),
                            create.edge().boot(),
                            SITE.boot(),
                            1,
                            attach.epoch(),
                            attach.nonce(),
                            HELLO.nonce());
                    long absurd = 1L << 40;
                    edge.say(new Attached(attach.epoch(), absurd, proof.ofSite(create.secret(), attach.received(), absurd)));
                    assertThat(said(edge.hear(Reset.class)).end()).isEqualTo(LaneEnd.BROKEN);
                },
                edge -> lost(edge, "the peer holds 1099511627776 bytes, not from 0 to "));
    }

    static List<byte[]> everyIllegalBeginning() {
        return List.of(
                new byte[] {0, 0, 0, 0},
                new byte[] {CarrierRecord.HELLO, 0x7f, 0, 0},
                new byte[] {CarrierRecord.DATA, 0, 0, 1, 1},
                new Created(1).encode(),
                new CarrierRecord.End().encode(),
                new Hello(new Versions(2, 9), SITE, FedEnd.NONCE, 1).encode());
    }

    @ParameterizedTest
    @MethodSource("everyIllegalBeginning")
    void illegalBeginningIsNoSite(byte[] beginning) throws Exception {
        against(
                (edge, carrier) -> edge.say(beginning),
                edge -> assertThatExceptionOfType(RefusedException.class)
                        .isThrownBy(() -> open(edge))
                        .satisfies(e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.NO_SITE)));
    }
}
