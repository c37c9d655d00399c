package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.GatewayKey;
import io.relaygate.net.Network;
import io.relaygate.net.Pin;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustTest {

    private static final Pin PIN = Pin.parse("ed25519:" + "A".repeat(43));

    private static Stream<String> words(@Nullable String text) {
        return text == null ? Stream.empty() : Arrays.stream(text.split(" "));
    }

    private static Trust trust(SenderSettings.@Nullable MayAssert may) throws IOException {
        Trust trust = new Trust();
        trust.prepare(null, Map.of("weu", new SenderSettings(List.of(PIN), may, null))).run();
        return trust;
    }

    /** A caller is written name@group@group. */
    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "*, ops dba, 203.0.113.0/24, alice@ops@dev, 203.0.113.9:5, alice[ops] 203.0.113.9",
        "*, -, -, alice@ops, 203.0.113.9:5, alice[] -",
        "-, ops, 203.0.113.0/24, alice@ops, 203.0.113.9:5, anonymous[] 203.0.113.9",
        "a*, ops, -, bob@ops, 203.0.113.9:5, sender weu may not assert caller 'bob': senders.weu.mayAssert.callers",
        "a*, ops, -, -, 203.0.113.9:5, anonymous[] -",
        "*, -, 203.0.113.0/24, alice, 198.51.100.9:5, sender weu may not assert address 198.51.100.9: senders.weu.mayAssert.networks",
        "*, -, 203.0.113.0/24, alice, unix, alice[] -",
        "*, -, 203.0.113.0/24, alice, nonsense, alice[] -",
        "*, -, 2001:db8::/32, alice, [2001:db8::7]:5, alice[] 2001:db8:0:0:0:0:0:7",
    })
    void believesASenderWhatItMaySay(
            @Nullable String callers, @Nullable String groups, @Nullable String networks, @Nullable String told, String source, String believed)
            throws Exception {
        Trust trust = trust(new SenderSettings.MayAssert(
                words(callers).map(CallerPattern::parse).toList(), words(groups).toList(), words(networks).map(Network::parse).toList()));
        String[] words = told == null ? new String[0] : told.split("@");
        Caller caller = told == null
                ? Caller.ANONYMOUS
                : new Caller(words[0], "certificate", Set.copyOf(List.of(words).subList(1, words.length)));
        assertThat(inWords(trust, caller, source)).isEqualTo(believed);
    }

    private static String inWords(Trust trust, Caller caller, String source) {
        try {
            Trust.Believed believed = trust.believe("weu", caller, source);
            InetAddress address = believed.address();
            return believed.caller().name() + believed.caller().groups() + " " + (address == null ? "-" : address.getHostAddress());
        } catch (RefusedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void believesNothingWhereNothingMayBeSaid() throws Exception {
        assertThat(inWords(trust(null), new Caller("alice", "certificate", Set.of()), "203.0.113.9:5")).isEqualTo("anonymous[] -");
    }

    @Test
    void believesNobodyWhoIsNotKnown() throws Exception {
        Trust trust = trust(null);
        assertThat(trust.senderOf(PIN)).isEqualTo("weu");
        trust.prepare(null, Map.of("neu", new SenderSettings(List.of(PIN), null, null))).run();
        assertThat(trust.senderOf(PIN)).isEqualTo("neu");
        assertThatThrownBy(() -> trust.believe("weu", Caller.ANONYMOUS, "unix")).hasMessage("sender weu is not known any more");
    }

    @Test
    void knowsItsOwnKey(@TempDir Path folder) throws Exception {
        GatewayKey own = GatewayKey.make(folder.resolve("identity.pem"));
        Trust trust = new Trust();
        assertThat(trust.isOwn(own.pin())).isFalse();
        trust.prepare(folder.resolve("identity.pem"), Map.of()).run();
        assertThat(trust.isOwn(own.pin())).isTrue();
        assertThat(trust.isOwn(PIN)).isFalse();
    }
}
