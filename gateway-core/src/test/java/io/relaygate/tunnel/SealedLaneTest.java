package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Pin;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A lane that was made on a sealed carrier belongs to who has made it, and its secret is never said. */
class SealedLaneTest {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pin KEY = Pin.parse("ed25519:" + "A".repeat(43));

    private final SimulatedSite site = new SimulatedSite(RANDOM, 1 << 20, new long[1], (session, what) -> {});
    private final EdgeLane lane = new EdgeLane(Identity.started("edge-1", RANDOM), RANDOM, Mux.FIRST_WINDOW, 1 << 20, 0);
    private final StringBuilder said = new StringBuilder();

    SealedLaneTest() {
        lane.lock.lock();
    }

    private static SecretKey fresh() {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return new SecretKeySpec(secret, "HmacSHA256");
    }

    private static @Nullable Peer peer(@Nullable String name, SecretKey secret) {
        return name == null ? null : new Peer(name, KEY, KEY, secret);
    }

    /** Dials a carrier, sealed by the sender, or unsealed if that is null. */
    private SimulatedCarrier dial(@Nullable String sender, SecretKey secret) {
        SimulatedCarrier carrier = new SimulatedCarrier(
                lane, site, lane.site() == null ? null : site.identity().boot(), Timing.USUAL, 0,
                peer(sender == null ? null : "oslo", secret), peer(sender, secret));
        for (int i = 0; i < 3; i++) {
            carrier.edge().deliverAll(0);
            carrier.edge().write(0);
            byte[] up = carrier.site().in().read(carrier.site().in().size());
            said.append(HexFormat.of().formatHex(up));
            carrier.site().in().write(up, 0, up.length);
            carrier.site().deliverAll(0);
            carrier.site().write(0);
        }
        return carrier;
    }

    private SiteLane there() {
        return Objects.requireNonNull(site.lane(lane.id()));
    }

    private void loseCarrier() {
        Objects.requireNonNull(lane.cur).disconnected(CarrierLoss.FAILED, "lost", 0);
    }

    @Test
    void goesOnWithTheSameSenderByASecretThatWasNotSaid() {
        SecretKey secret = fresh();
        dial("weu", secret);
        assertThat(lane.live()).isTrue();
        assertThat(said.toString())
                .contains("00".repeat(32))
                .doesNotContain(HexFormat.of().formatHex(secret.getEncoded()));
        loseCarrier();
        dial("weu", fresh());
        assertThat(lane.live()).isTrue();
        assertThat(lane.epoch).isEqualTo(2);
        assertThat(there().cur).isNotNull();
    }

    @Test
    void doesNotGoOnOverACarrierOfAnotherSenderOrOneThatIsNotSealed() {
        dial("weu", fresh());
        for (String other : new String[] {"neu", null}) {
            loseCarrier();
            SimulatedCarrier carrier = dial(other, fresh());
            assertThat(carrier.site().carrier().closed()).isEqualTo("another sender than the one that has made the lane");
            assertThat(there().cur).isNotEqualTo(carrier.site().carrier());
        }
        loseCarrier();
        dial("weu", fresh());
        assertThat(lane.live()).isTrue();
    }

    @Test
    void oneThatWasMadeUnsealedIsNotTakenOverBySealing() {
        dial(null, fresh());
        assertThat(lane.live()).isTrue();
        loseCarrier();
        SimulatedCarrier carrier = dial("weu", fresh());
        assertThat(carrier.site().carrier().closed()).isEqualTo("another sender than the one that has made the lane");
    }

    @Test
    void endsWithAReasonWhenItsPeerIsNotTrustedAnyMore() {
        SimulatedCarrier carrier = dial("weu", fresh());
        SiteLane end = there();
        end.lock.lock();
        try {
            Standing.KEPT.befall(end);
            assertThat(end.live()).isTrue();
            Standing.ENDED.befall(end);
        } finally {
            end.lock.unlock();
        }
        carrier.site().write(0);
        carrier.edge().deliverAll(0);
        assertThat(lane.state())
                .isEqualTo(new Lane.State.Ended(LaneEnd.NOT_TRUSTED, "the key that it has proven is not pinned any more"));
    }
}
