package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.relaygate.sdk.RefusedException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final InetAddress INSIDE = InetAddress.ofLiteral("203.0.113.9");
    private static final InetAddress OUTSIDE = InetAddress.ofLiteral("198.51.100.9");

    private final Admission networks =
            Admission.of(new AllowSettings(List.of(Network.parse("203.0.113.0/24"))), false);

    @Test
    void letsASourceInAnAllowedNetworkPass() {
        assertThatCode(() -> networks.check(INSIDE)).doesNotThrowAnyException();
    }

    @Test
    void refusesEveryOtherSource() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> networks.check(OUTSIDE))
                .matches(e -> e.reason() == RefusedException.Reason.NOT_ALLOWED);
    }

    @Test
    void refusesASourceWithoutAnAddressWhereNetworksAreAsked() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> networks.check(null));
    }

    @Test
    void refusesEverybodyWhereARouteSaysNothing() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> Admission.of(null, false).check(INSIDE));
    }

    @Test
    void letsEverybodyPassWhereARouteSaysOpen() {
        assertThatCode(() -> Admission.of(null, true).check(null)).doesNotThrowAnyException();
    }
}
