package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.relay.SasToken;
import io.relaygate.relay.TestSecret;
import io.relaygate.relay.server.AccessRules.Verdict;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import io.relaygate.relay.server.RelaySettings.Right;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(60);

    private final TestSecret rotating = new TestSecret("old");
    private final AccessRules rules = new AccessRules(
            List.of("Relay.Contoso.com"),
            Map.of(
                    "root", RelayFixture.key("root", "root2", Right.MANAGE),
                    "send", RelayFixture.key("namespace-send", null, Right.SEND)),
            Map.of(
                    "a/b",
                    new HybridConnection(
                            Map.of(
                                    "send", new RelaySettings.Key(List.of(Right.SEND), rotating, null),
                                    "listen", RelayFixture.key("entity-listen", null, Right.LISTEN)),
                            true,
                            null)),
            true);

    @ParameterizedTest
    @ValueSource(strings = {
        "http://relay.contoso.com/a/b", "sb://RELAY.contoso.com:9443/a/b/", "https://localhost", "wss://127.0.0.1/A",
        "http://[::1]:1/a/b"
    })
    void takesEveryFormOfTheResource(String resource) {
        assertThat(judge(resource, "root", "root", "a/b", Right.LISTEN)).isEqualTo(new Verdict.Granted(LATER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://other.contoso.com/a/b", "http://localhost/a/bc", "http://localhost/b", "x"})
    void refusesAnotherAudience(String resource) {
        assertThat(judge(resource, "root", "root", "a/b", Right.LISTEN))
                .isEqualTo(new Verdict.Denied(Answer.WRONG_AUDIENCE));
    }

    @Test
    void takesTheSecondaryKey() {
        assertThat(judge("sb://localhost", "root", "root2", "a/b", Right.SEND)).isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void looksAtTheEntityFirstAndThenAtTheNamespace() {
        assertThat(judge("sb://localhost/a/b", "send", "old", "a/b", Right.SEND)).isInstanceOf(Verdict.Granted.class);
        assertThat(judge("sb://localhost/a/b", "send", "namespace-send", "a/b", Right.SEND))
                .isInstanceOf(Verdict.Granted.class);
        assertThat(judge("sb://localhost", "send", "old", "a/b", Right.SEND))
                .as("the Java sender loses the path")
                .isInstanceOf(Verdict.Granted.class);
        assertThat(judge("sb://localhost/c", "listen", "entity-listen", "c", null, Right.LISTEN))
                .as("a key of another entity")
                .isEqualTo(new Verdict.Denied(Answer.WRONG_SIGNATURE));
    }

    @Test
    void takesAnAudienceWithTheSuffix() {
        assertThat(judge("sb://localhost/a/b/orders", "send", "old", "a/b/orders", "a/b", Right.SEND))
                .isInstanceOf(Verdict.Granted.class);
        assertThat(judge("sb://localhost/a/b/orders", "send", "old", "a/b", "a/b", Right.SEND))
                .isEqualTo(new Verdict.Denied(Answer.WRONG_AUDIENCE));
    }

    @Test
    void refusesWhatTheKeyDoesNotAllow() {
        assertThat(judge("sb://localhost/a/b", "send", "old", "a/b", Right.LISTEN))
                .isEqualTo(new Verdict.Denied(Answer.lacks(Right.LISTEN)));
        assertThat(judge("sb://localhost/a/b", "listen", "entity-listen", "a/b", Right.SEND))
                .isEqualTo(new Verdict.Denied(Answer.lacks(Right.SEND)));
    }

    @Test
    void followsARotatedKeyAndFailsClosedWithoutOne() {
        rotating.value = "new";
        assertThat(judge("sb://localhost/a/b", "send", "new", "a/b", Right.SEND)).isInstanceOf(Verdict.Granted.class);
        assertThat(judge("sb://localhost/a/b", "send", "old", "a/b", Right.SEND))
                .isEqualTo(new Verdict.Denied(Answer.WRONG_SIGNATURE));
        rotating.value = null;
        assertThat(judge("sb://localhost/a/b", "send", "new", "a/b", Right.SEND))
                .isEqualTo(new Verdict.Denied(Answer.WRONG_SIGNATURE));
        rotating.value = "";
        assertThat(rules.judge(null, "a/b", "a/b", Right.SEND, NOW)).isEqualTo(new Verdict.Denied(Answer.NO_TOKEN));
    }

    @Test
    void refusesMissingMalformedAndExpiredTokens() {
        assertThat(rules.judge(" ", "a/b", "a/b", Right.SEND, NOW)).isEqualTo(new Verdict.Denied(Answer.NO_TOKEN));
        assertThat(rules.judge("Bearer x", "a/b", "a/b", Right.SEND, NOW))
                .isEqualTo(new Verdict.Denied(Answer.MALFORMED_TOKEN));
        String token = SasToken.mint("sb://localhost", "root", "root".toCharArray(), NOW).text();
        assertThat(rules.judge(token, "a/b", "a/b", Right.SEND, NOW))
                .isEqualTo(new Verdict.Denied(Answer.EXPIRED_TOKEN));
        String forged = SasToken.mint("sb://localhost", "root", "x".toCharArray(), NOW).text();
        assertThat(rules.judge(forged, "a/b", "a/b", Right.SEND, NOW))
                .as("who has no key learns nothing of times")
                .isEqualTo(new Verdict.Denied(Answer.WRONG_SIGNATURE));
    }

    private Verdict judge(String resource, String keyName, String key, String path, Right wanted) {
        return judge(resource, keyName, key, path, path, wanted);
    }

    private Verdict judge(
            String resource, String keyName, String key, String path, @Nullable String entity, Right wanted) {
        String token = SasToken.mint(resource, keyName, key.toCharArray(), LATER).text();
        return rules.judge(token, path, entity, wanted, NOW);
    }
}
