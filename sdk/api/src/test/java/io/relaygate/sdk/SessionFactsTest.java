package io.relaygate.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionFactsTest {

    @Test
    void capturesAreAPrivateCopyThatNobodyChanges() {
        Map<String, String> captures = new HashMap<>(Map.of("site", "oslo"));
        SessionFacts facts = new SessionFacts(
                "0".repeat(32), "in", "orders", Caller.ANONYMOUS, "192.0.2.7:51312", null, captures, null, null);

        captures.put("site", "lima");

        assertThat(facts.captures()).containsExactly(Map.entry("site", "oslo"));
        assertThatThrownBy(() -> facts.captures().put("site", "lima"))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
