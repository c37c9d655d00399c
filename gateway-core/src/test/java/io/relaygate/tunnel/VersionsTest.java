package io.relaygate.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two ends use the greatest version that both speak. */
class VersionsTest {

    @ParameterizedTest
    @CsvSource({"1,1, 1,1, 1", "1,3, 2,5, 3", "2,5, 1,3, 3", "1,9, 4,4, 4", "4,4, 1,9, 4", "1,2, 2,3, 2"})
    void greatestOfBothIsUsed(int least, int most, int peerLeast, int peerMost, int shared) throws Exception {
        assertThat(new Versions(least, most).sharedWith(new Versions(peerLeast, peerMost))).isEqualTo(shared);
    }

    @ParameterizedTest
    @CsvSource({"1,1, 2,2", "3,4, 1,2"})
    void rangesWithoutACommonVersionAreRefused(int least, int most, int peerLeast, int peerMost) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> new Versions(least, most).sharedWith(new Versions(peerLeast, peerMost)))
                .withMessage("the peer speaks versions " + peerLeast + "-" + peerMost + " of the tunnel, this process " + least
                        + "-" + most);
    }

    @Test
    void handshakeSaysThemAsThePageDoes() {
        assertThat(EdgeTunnel.VERSIONS).isEqualTo("1-1");
    }
}
