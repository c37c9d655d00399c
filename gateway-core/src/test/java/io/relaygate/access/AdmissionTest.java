package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.net.Network;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

    private static final String PASSES = "passes";

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

    private static String verdict(Admission admission, Caller caller, Arrival arrival) {
        try {
            admission.check(caller, arrival);
            return PASSES;
        } catch (RefusedException e) {
            assertThat(e.reason()).isEqualTo(RefusedException.Reason.NOT_ALLOWED);
            return String.valueOf(e.getMessage());
        }
    }

    private static Arrival arrival(@Nullable String source, @Nullable String sender) {
        InetAddress address = source == null ? null : InetAddress.ofLiteral(source);
        return new Arrival(
                "in", "0".repeat(32), "test", address, Caller.ANONYMOUS, null, null, null, sender, null, Instant.now(), Instant.EPOCH, Duration.ZERO, new AbsentClient());
    }

    private static AllowSettings allow(
            String networks, String callers, String groups, String entryPoints, String senders, String times) {
        return new AllowSettings(
                words(networks).map(Network::parse).toList(),
                words(callers).map(CallerPattern::parse).toList(),
                words(groups).toList(),
                words(entryPoints).toList(),
                words(senders).toList(),
                times.isEmpty() ? List.of() : Stream.of(times.split(";")).map(Hours::parse).toList());
    }

    private static Stream<String> words(String text) {
        return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty());
    }

    private static Caller caller(@Nullable String nameAndGroups) {
        if (nameAndGroups == null) {
            return Caller.ANONYMOUS;
        }
        String[] words = nameAndGroups.split("[@ ]");
        return new Caller(words[0], "certificate", Set.of(words).stream().filter(word -> !word.equals(words[0])).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "203.0.113.0/24, '', 203.0.113.9, -, passes",
        "203.0.113.0/24, '', 198.51.100.9, -, the source is in no network that the route allows (routes[r].allow.networks)",
        "203.0.113.0/24, '', -, -, the source is in no network that the route allows (routes[r].allow.networks)",
        "203.0.113.0/24, '', 2001:db8::7, -, the source is in no network that the route allows (routes[r].allow.networks)",
        "198.51.100.0/24 2001:db8::/32, '', 2001:db8::7, -, passes",
        "'', alice, 203.0.113.9, alice, passes",
        "'', alice, -, alice, passes",
        "'', alice, 203.0.113.9, bob, caller 'bob' (proof: certificate) is none that the route allows (routes[r].allow.callers)",
        "'', alice, 203.0.113.9, Alice, caller 'Alice' (proof: certificate) is none that the route allows (routes[r].allow.callers)",
        "'', alice, 203.0.113.9, -, caller 'anonymous' (proof: none) is none that the route allows (routes[r].allow.callers)",
        "'', *, 203.0.113.9, -, caller 'anonymous' (proof: none) is none that the route allows (routes[r].allow.callers)",
        "'', anonymous, 203.0.113.9, -, caller 'anonymous' (proof: none) is none that the route allows (routes[r].allow.callers)",
        "'', *, 203.0.113.9, bob, passes",
        "'', bob *.apps.contoso.com, 203.0.113.9, a.apps.contoso.com, passes",
        "203.0.113.0/24, alice, 203.0.113.9, alice, passes",
        "203.0.113.0/24, alice, 198.51.100.9, alice, the source is in no network that the route allows (routes[r].allow.networks)",
        "203.0.113.0/24, alice, 203.0.113.9, bob, caller 'bob' (proof: certificate) is none that the route allows (routes[r].allow.callers)",
        "'', '', 203.0.113.9, alice, the route allows nobody",
    })
    void everythingThatARouteSaysOfNetworksAndCallersMustBeTrue(
            String networks, String callers, @Nullable String source, @Nullable String caller, String verdict) {
        Admission admission = Admission.of("the route", "routes[r].allow", allow(networks, callers, "", "", "", ""), false, NOON);
        assertThat(verdict(admission, caller(caller), arrival(source, null))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "ops, '', '', '', alice@ops, -, passes",
        "ops dba, '', '', '', alice@dba, -, passes",
        "ops, '', '', '', alice, -, caller 'alice' (proof: certificate) is in no group that the route allows (routes[r].allow.groups)",
        "ops, '', '', '', alice@dev, -, caller 'alice' (proof: certificate) is in no group that the route allows (routes[r].allow.groups)",
        "ops, '', '', '', ops, -, caller 'ops' (proof: certificate) is in no group that the route allows (routes[r].allow.groups)",
        "ops, '', '', '', -, -, caller 'anonymous' (proof: none) is in no group that the route allows (routes[r].allow.groups)",
        "'', in, '', '', -, -, passes",
        "'', vpn, '', '', -, -, entry point in is none that the route allows (routes[r].allow.entryPoints)",
        "'', '', weu, '', -, weu, passes",
        "'', '', weu, '', -, neu, sender neu is none that the route allows (routes[r].allow.senders)",
        "'', '', weu, '', -, -, no sender has proven who it is (routes[r].allow.senders)",
        "'', '', '', wed 11:00-13:00, -, -, passes",
        "'', '', '', wed 11:00-13:00 Europe/Oslo, -, -, now is no time at which the route allows anybody (routes[r].allow.times)",
        "'', '', '', 13:00-14:00;11:00-12:01, -, -, passes",
        "ops, in, weu, mon-fri 08:00-18:00, alice@ops, weu, passes",
        "ops, in, weu, sat-sun 08:00-18:00, alice@ops, weu, now is no time at which the route allows anybody (routes[r].allow.times)",
    })
    void soMustWhatItSaysOfGroupsEntryPointsSendersAndTimes(
            String groups, String entryPoints, String senders, String times, @Nullable String caller, @Nullable String sender, String verdict) {
        Admission admission = Admission.of("the route", "routes[r].allow", allow("", "", groups, entryPoints, senders, times), false, NOON);
        assertThat(verdict(admission, caller(caller), arrival("203.0.113.9", sender))).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "203.0.113.0/24, alice, ops, '', 203.0.113.9, passes",
        "203.0.113.0/24, alice, ops, '', 198.51.100.9, the source is in no network that the route allows (routes[r].allow.networks)",
        "'', alice, '', 13:00-14:00, 203.0.113.9, now is no time at which the route allows anybody (routes[r].allow.times)",
        "'', '', '', '', 203.0.113.9, the route allows nobody",
    })
    void whoCallsIsNotAskedOfAnArrivalThatHasNotProvenItYet(
            String networks, String callers, String groups, String times, String source, String verdict) throws Exception {
        Admission admission = Admission.of("the route", "routes[r].allow", allow(networks, callers, groups, "", "", times), false, NOON);
        String said;
        try {
            admission.check(arrival(source, null));
            said = PASSES;
        } catch (RefusedException e) {
            said = String.valueOf(e.getMessage());
        }
        assertThat(said).isEqualTo(verdict);
    }

    @Test
    void refusesEverybodyWhereARouteSaysNothing() {
        assertThat(verdict(Admission.of("the route", "routes[r].allow", null, false, NOON), caller("alice"), arrival("127.0.0.1", null)))
                .isEqualTo("the route allows nobody");
    }

    @Test
    void letsEverybodyPassWhereARouteSaysOpen() {
        assertThat(verdict(Admission.of("the route", "routes[r].allow", null, true, NOON), Caller.ANONYMOUS, arrival(null, null))).isEqualTo(PASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "*, '', true", "a*, a, true", "a*, ab, true", "a*, ba, false", "*a, ba, true", "a*c, abc, true", "a*c, ac, true",
        "a*c, abcd, false", "a*bc*bd, abcbd, true", "a*bc*bd, abcd, false", "*ab*ab*, abab, true", "*ab*ab*, abcb, false", "aa*aa, aaa, false", "a.c, abc, false", "a**c, axc, true", "'[a]', a, false", "'[a]', '[a]', true", "'*\\E*', 'x\\Ey', true",
    })
    void aStarInACallersNameStandsForAnyText(String pattern, String name, boolean fits) {
        assertThat(CallerPattern.parse(pattern).fits(name)).isEqualTo(fits);
    }

    @Test
    void saysUntilWhenItHolds() throws Exception {
        Arrival arrival = arrival(null, null);
        assertThat(new Admission.Open().check(arrival)).isEqualTo(Instant.MAX);
        Admission hours = Admission.of("the route", "routes[r].allow", allow("", "", "", "", "", "08:00-13:00;11:00-15:00;16:00-20:00"), false, NOON);
        assertThat(hours.check(Caller.ANONYMOUS, arrival)).isEqualTo(Instant.parse("2026-11-25T15:00:00Z"));
    }
}
