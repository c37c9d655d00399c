package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** A proof is the one that the page about the tunnel describes, and another one if anything of what it proves is other. */
class ProofTest {

    private static final Proof PROOF = new Proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6));
    private static final Bits SECRET = some(32, 7);

    private static Bits some(int length, int first) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) first;
        return new Bits(bytes);
    }

    private static List<Proof> others() {
        return List.of(
                new Proof(2, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 9), some(16, 2), 3, 4, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 9), 3, 4, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 2), 9, 4, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 2), 3, 9, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 9), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 9)),
                new Proof(1, some(16, 2), some(16, 1), 3, 4, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 2), 4, 3, some(16, 5), some(16, 6)),
                new Proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 6), some(16, 5)));
    }

    @Test
    void changesWithWhateverItProves() {
        List<Bits> all = new ArrayList<>(List.of(
                PROOF.ofEdge(SECRET, 8),
                PROOF.ofEdge(SECRET, 9),
                PROOF.ofEdge(some(32, 9), 8),
                PROOF.ofSite(SECRET, 8, 0),
                PROOF.ofSite(SECRET, 8, 9),
                PROOF.ofSite(SECRET, 9, 8),
                PROOF.ofSite(some(32, 9), 8, 9)));
        others().forEach(other -> {
            all.add(other.ofEdge(SECRET, 8));
            all.add(other.ofSite(SECRET, 8, 9));
        });
        assertThat(all).doesNotHaveDuplicates().allMatch(proof -> proof.bytes().length == CarrierRecord.PROOF);
    }

    @Test
    void isTheSameForTheSame() {
        Proof again = new Proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6));
        assertThat(again.ofEdge(some(32, 7), 8)).isEqualTo(PROOF.ofEdge(SECRET, 8));
        assertThat(again.ofSite(some(32, 7), 8, 9)).isEqualTo(PROOF.ofSite(SECRET, 8, 9));
    }

    @Test
    void isMadeOfTheBytesThatThePageSays() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.bytes(), "HmacSHA256"));
        byte[] proof = mac.doFinal(ByteBuffer.allocate(104)
                .put("site".getBytes(StandardCharsets.US_ASCII))
                .put(some(16, 1).bytes())
                .put(some(16, 2).bytes())
                .put(some(16, 5).bytes())
                .put(some(16, 6).bytes())
                .putInt(1)
                .putLong(3)
                .putLong(4)
                .putLong(8)
                .putLong(9)
                .array());
        assertThat(PROOF.ofSite(SECRET, 8, 9)).isEqualTo(new Bits(proof));
    }

    @Test
    void isNotShownInLogs() {
        assertThat(PROOF.ofEdge(SECRET, 8)).hasToString("256 bits");
    }
}
