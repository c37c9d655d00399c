package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SasTokenTest {

    private static final Instant ENDS = Instant.ofEpochSecond(1_800_000_000L);
    private static final char[] KEY = "c2VjcmV0+/key=".toCharArray();

    @Test
    void resourceOfAnAddressHasBrackets() {
        assertThat(SasToken.resource("2001:DB8::1", "a/b")).isEqualTo("http://[2001:db8::1]/a/b");
        SasToken token = SasToken.mint(SasToken.resource("::1", "a"), "key", "secret".toCharArray(), Instant.EPOCH);
        assertThat(SasToken.parse(token.text()).host()).isEqualTo("[::1]");
        assertThat(SasToken.parse(token.text()).path()).isEqualTo("a");
    }

    @Test
    void signsAsTheOfficialClientDoes() {
        // Made by createRelayToken of npm's hyco-ws 1.0.5 with this key, name and time.
        SasToken token = SasToken.mint("http://contoso.servicebus.windows.net/hc1", "root", KEY, ENDS);
        assertThat(token.text()).isEqualTo("SharedAccessSignature sr=http%3A%2F%2Fcontoso.servicebus.windows.net%2Fhc1"
                + "&sig=EOs6qsEmYOurqqAstAMz7FgwHES1G9Thi7skdNoD52U%3D&se=1800000000&skn=root");
    }

    @Test
    void readsWhatItHasWritten() {
        SasToken token = SasToken.mint(SasToken.resource("Contoso.example", "a/b"), "my key+1", KEY, ENDS);
        SasToken read = SasToken.parse(token.text());
        assertThat(read.verify(KEY)).isTrue();
        assertThat(read.host()).isEqualTo("contoso.example");
        assertThat(read.path()).isEqualTo("a/b");
        assertThat(read.keyName()).isEqualTo("my key+1");
        assertThat(read.expires()).isEqualTo(ENDS);
    }

    @ParameterizedTest
    @CsvSource({
        "http%3A%2F%2Fns.example%3A443%2Fhc1, ns.example, hc1",
        "http%3a%2f%2fNS.example%2fhc1%2f, ns.example, hc1",
        "sb%3A%2F%2Fns.example%3A9443%2Fhc1, ns.example, hc1",
        "sb%3A%2F%2Fns.example, ns.example, ''",
        "https%3A%2F%2Fns.example%2F, ns.example, ''",
        "ns.example%2Fa%2Fb, ns.example, a/b",
        "wss%3A%2F%2F%5B%3A%3A1%5D%3A9443%2Fhc1, [::1], hc1",
        "http://ns.example/hc1?x, ns.example, hc1"
    })
    void understandsTheResourceOfEveryClient(String raw, String host, String path) {
        SasToken token = signedRaw(raw, "root");
        assertThat(token.host()).isEqualTo(host);
        assertThat(token.path()).isEqualTo(path);
        assertThat(token.verify(KEY)).isTrue();
    }

    @Test
    void coversItsPathAndWhatLiesBelowByWholeSegments() {
        assertThat(signedRaw("http%3A%2F%2Fns%2Fa", "k").covers("a")).isTrue();
        assertThat(signedRaw("http%3A%2F%2Fns%2Fa", "k").covers("A/b")).isTrue();
        assertThat(signedRaw("http%3A%2F%2Fns%2Fa", "k").covers("ab")).isFalse();
        assertThat(signedRaw("http%3A%2F%2Fns%2Fa%2Fb", "k").covers("a")).isFalse();
        assertThat(signedRaw("http%3A%2F%2Fns%2F", "k").covers("anything")).isTrue();
    }

    @Test
    void takesAKeyNameEncodedOrNot() {
        assertThat(signedRaw("sb://ns", "a+b/c").isSignedBy("a+b/c")).isTrue();
        assertThat(signedRaw("sb://ns", "a%2Bb%2Fc").isSignedBy("a+b/c")).isTrue();
        assertThat(signedRaw("sb://ns", "a%2Bb").isSignedBy("a b")).isFalse();
    }

    @Test
    void takesFieldsInAnyOrderAndCase() {
        SasToken token = signedRaw("sb://ns/hc", "root");
        String[] parts = token.text().substring(SasToken.SCHEME.length() + 1).split("&", -1);
        String shuffled = "sharedaccesssignature " + parts[1] + "&" + parts[2] + "&SKN" + parts[3].substring(3) + "&" + parts[0];
        assertThat(SasToken.parse(shuffled).verify(KEY)).isTrue();
    }

    @Test
    void refusesAnyOtherKeyTimeOrResource() {
        SasToken token = signedRaw("sb%3A%2F%2Fns%2Fhc", "root");
        assertThat(token.verify("other".toCharArray())).isFalse();
        assertThat(SasToken.parse(token.text().replace("1800000000", "1800000001")).verify(KEY)).isFalse();
        assertThat(SasToken.parse(token.text().replace("%2Fhc", "%2fhc")).verify(KEY)).isFalse();
        assertThat(SasToken.parse(token.text().replace("sig=", "sig=%")).verify(KEY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "Bearer x", "SharedAccessSignature", "SharedAccessSignature ", "SharedAccessSignature sr=a",
        "SharedAccessSignature sr=a&sig=b&se=c&skn=d", "SharedAccessSignature sr=a&sig=b&se=99999999999999&skn=d",
        "SharedAccessSignature sr=a&sig=b&se=1&skn=", "SharedAccessSignature sr=a&sr=a&sig=b&se=1&skn=d",
        "SharedAccessSignature sr=a&&sig=b&se=1&skn=d", "SharedAccessSignature =a&sig=b&se=1&skn=d"
    })
    void refusesWhatIsNoToken(String text) {
        assertThatThrownBy(() -> SasToken.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesTextsWithoutBound() {
        assertThatThrownBy(() -> SasToken.parse("SharedAccessSignature sr=" + "a".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> SasToken.mint("sb://ns", "n".repeat(257), KEY, ENDS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyCutAndMutationIsReadOrRefusedAndNeverVerified() {
        String text = signedRaw("http%3A%2F%2Fns%2Fhc1", "root").text();
        for (int cut = 0; cut < text.length(); cut++) {
            expectUseless(text.substring(0, cut), text);
            expectUseless(text.substring(cut + 1), text);
        }
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            char[] mutated = text.toCharArray();
            mutated[random.nextInt(mutated.length)] = (char) random.nextInt(128);
            expectUseless(new String(mutated), text);
        }
    }

    private static void expectUseless(String text, String original) {
        SasToken token;
        try {
            token = SasToken.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).doesNotContain("%2Fns");
            return;
        }
        // What does not change the meaning may verify: the case of names, the key's name, which is not signed.
        boolean sameSignedPart = original.contains(text.substring(text.indexOf(' ') + 1, Math.max(text.indexOf("&skn"), text.indexOf(' ') + 1)));
        if (!sameSignedPart && !original.equalsIgnoreCase(text)) {
            assertThat(token.verify(KEY)).as(text).isFalse();
        }
    }

    @Test
    void explainsWithoutTheSignature() {
        SasToken token = signedRaw("http%3A%2F%2Fns%2Fhc1", "root");
        assertThat(token.explain(ENDS.minusSeconds(1)))
                .contains("http://ns/hc1", "root", "valid until 2027-01-15T08:00:00Z")
                .doesNotContain("sig");
        assertThat(token.explain(ENDS)).contains("expired since");
        assertThat(token.toString()).doesNotContain("sig");
    }

    /** A token over a resource that another encoder has written. */
    private static SasToken signedRaw(String raw, String rawKeyName) {
        try {
            javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
            byte[] key = new String(KEY).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
            byte[] text = (raw + "\n" + ENDS.getEpochSecond()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String signature = java.util.Base64.getEncoder().encodeToString(mac.doFinal(text));
            return SasToken.parse(SasToken.SCHEME + " sr=" + raw + "&sig="
                    + java.net.URLEncoder.encode(signature, java.nio.charset.StandardCharsets.UTF_8) + "&se="
                    + ENDS.getEpochSecond() + "&skn=" + rawKeyName);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
