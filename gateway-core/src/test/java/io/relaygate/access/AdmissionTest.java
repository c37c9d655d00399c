package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

    private static final String PASSES = "passes";

    private static String verdict(Admission admission, Caller caller, @Nullable InetAddress source) {
        try {
            admission.check(caller, source);
            return PASSES;
        } catch (RefusedException e) {
            assertThat(e.reason()).isEqualTo(RefusedException.Reason.NOT_ALLOWED);
            return String.valueOf(e.getMessage());
        }
    }

    private static Admission allow(String networks, String callers) {
        return Admission.of("the route", new AllowSettings(
                words(networks).map(Network::parse).toList(), words(callers).map(CallerPattern::parse).toList()), false);
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "203.0.113.0/24, '', 203.0.113.9, -, passes",
        "203.0.113.0/24, '', 198.51.100.9, -, the source is in no network that the route allows",
        "203.0.113.0/24, '', -, -, the source is in no network that the route allows",
        "203.0.113.0/24, '', 2001:db8::7, -, the source is in no network that the route allows",
        "198.51.100.0/24 2001:db8::/32, '', 2001:db8::7, -, passes",
        "'', alice, 203.0.113.9, alice, passes",
        "'', alice, -, alice, passes",
        "'', alice, 203.0.113.9, bob, caller 'bob' (proof: certificate) is none that the route allows",
        "'', alice, 203.0.113.9, Alice, caller 'Alice' (proof: certificate) is none that the route allows",
        "'', alice, 203.0.113.9, -, caller 'anonymous' (proof: none) is none that the route allows",
        "'', *, 203.0.113.9, -, caller 'anonymous' (proof: none) is none that the route allows",
        "'', anonymous, 203.0.113.9, -, caller 'anonymous' (proof: none) is none that the route allows",
        "'', *, 203.0.113.9, bob, passes",
        "'', bob *.apps.contoso.com, 203.0.113.9, a.apps.contoso.com, passes",
        "203.0.113.0/24, alice, 203.0.113.9, alice, passes",
        "203.0.113.0/24, alice, 198.51.100.9, alice, the source is in no network that the route allows",
        "203.0.113.0/24, alice, 203.0.113.9, bob, caller 'bob' (proof: certificate) is none that the route allows",
        "'', '', 203.0.113.9, alice, the route allows nobody",
    })
    void everythingThatARouteSaysMustBeTrue(
            String networks, String callers, @Nullable String source, @Nullable String caller, String verdict) {
        assertThat(verdict(
                        allow(networks, callers),
                        caller == null ? Caller.ANONYMOUS : new Caller(caller, "certificate"),
                        source == null ? null : InetAddress.ofLiteral(source)))
                .isEqualTo(verdict);
    }

    @Test
    void refusesEverybodyWhereARouteSaysNothing() {
        assertThat(verdict(Admission.of("the route", null, false), new Caller("alice", "certificate"), InetAddress.getLoopbackAddress()))
                .isEqualTo("the route allows nobody");
    }

    @Test
    void letsEverybodyPassWhereARouteSaysOpen() {
        assertThat(verdict(Admission.of("the route", null, true), Caller.ANONYMOUS, null)).isEqualTo(PASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "*, '', true", "a*, a, true", "a*, ab, true", "a*, ba, false", "*a, ba, true", "a*c, abc, true", "a*c, ac, true",
        "a*c, abcd, false", "a*bc*bd, abcbd, true", "a*bc*bd, abcd, false", "*ab*ab*, abab, true", "*ab*ab*, abcb, false", "aa*aa, aaa, false", "a.c, abc, false", "a**c, axc, true", "'[a]', a, false", "'[a]', '[a]', true", "'*\\E*', 'x\\Ey', true",
    })
    void aStarInACallersNameStandsForAnyText(String pattern, String name, boolean fits) {
        assertThat(CallerPattern.parse(pattern).fits(name)).isEqualTo(fits);
    }
}
