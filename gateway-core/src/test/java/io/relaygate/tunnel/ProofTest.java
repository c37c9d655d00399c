package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** A proof is the one that the page about the tunnel describes, and another one if anything of what it proves is other. */
class ProofTest {

    private static final Versions SITE = new Versions(1, 0x102);
    private static final Versions EDGE = new Versions(3, 4);
    private static final Proof PROOF = proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6));
    private static final Bits SECRET = some(32, 7);

    private static Proof proof(
            int version, Bits edge, Bits site, long lane, long epoch, Bits edgeNonce, Bits siteNonce) {
        return new Proof(SITE, EDGE, version, edge, site, lane, epoch, edgeNonce, siteNonce);
    }

    private static Bits some(int length, int first) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) first;
        return new Bits(bytes);
    }

    private static Proof offered(Versions site, Versions edge) {
        return new Proof(site, edge, 1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6));
    }

    private static List<Proof> others() {
        return List.of(
                proof(2, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6)),
                proof(1, some(16, 9), some(16, 2), 3, 4, some(16, 5), some(16, 6)),
                proof(1, some(16, 1), some(16, 9), 3, 4, some(16, 5), some(16, 6)),
                proof(1, some(16, 1), some(16, 2), 9, 4, some(16, 5), some(16, 6)),
                proof(1, some(16, 1), some(16, 2), 3, 9, some(16, 5), some(16, 6)),
                proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 9), some(16, 6)),
                proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 9)),
                proof(1, some(16, 2), some(16, 1), 3, 4, some(16, 5), some(16, 6)),
                proof(1, some(16, 1), some(16, 2), 4, 3, some(16, 5), some(16, 6)),
                proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 6), some(16, 5)),
                offered(new Versions(2, 0x102), EDGE),
                offered(new Versions(1, 0x103), EDGE),
                offered(SITE, new Versions(2, 4)),
                offered(SITE, new Versions(3, 5)),
                offered(EDGE, SITE));
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
        Proof again = proof(1, some(16, 1), some(16, 2), 3, 4, some(16, 5), some(16, 6));
        assertThat(again.ofEdge(some(32, 7), 8)).isEqualTo(PROOF.ofEdge(SECRET, 8));
        assertThat(again.ofSite(some(32, 7), 8, 9)).isEqualTo(PROOF.ofSite(SECRET, 8, 9));
    }

    @Test
    void isMadeOfTheBytesThatThePageSays() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.bytes(), "HmacSHA256"));
        byte[] proof = mac.doFinal(ByteBuffer.allocate(110)
                .put("site".getBytes(StandardCharsets.US_ASCII))
                .put(some(16, 1).bytes())
                .put(some(16, 2).bytes())
                .put(some(16, 5).bytes())
                .put(some(16, 6).bytes())
                .put(HexFormat.of().parseHex("0001" + "0102" + "0003" + "0004" + "0001"))
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
