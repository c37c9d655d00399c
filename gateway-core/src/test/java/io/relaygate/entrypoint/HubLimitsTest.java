package io.relaygate.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.access.AbsentClient;
import io.relaygate.access.Client;
import io.relaygate.access.LimitSettings;
import io.relaygate.access.SenderLimits;
import io.relaygate.access.SenderSettings;
import io.relaygate.access.Trust;
import io.relaygate.net.Pin;
import io.relaygate.relay.Wire;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How clients of a hybrid connection count. */
class HubLimitsTest {

    private static final Pin PIN = Pin.parse("ed25519:" + "A".repeat(43));
    private static final Caller ALICE = new Caller("alice", "certificate", Set.of());

    private final HubLimits limits = new HubLimits(
            Trust.in(Map.of("weu", new SenderSettings(List.of(PIN), null, new SenderLimits(2, null, null)))));

    private static EntryPointSettings settings(int maxSessions, @Nullable Integer newPerSecond, @Nullable Integer perCaller) {
        LimitSettings some = new LimitSettings(newPerSecond, null, null, null, null, null, perCaller, null, null, null);
        return new EntryPointSettings(
                null, List.of("own"), "oslo", null, 1, Mode.TUNNEL, Wire.RELAYGATE, Duration.ofSeconds(30), Duration.ofSeconds(3), maxSessions, 256, null, null, some, null);
    }

    private Client come(EntryPointSettings settings, @Nullable String sender) {
        return CountedClient.of(new AbsentClient(), limits, "hub", settings, sender);
    }

    private static void busy(Client client, String message) {
        assertThatThrownBy(client::admitted)
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
                .hasMessage(message);
    }

    @Test
    void anEdgeThatHasUsedUpItsOwnLeavesPlacesToOthers() throws IOException {
        EntryPointSettings four = settings(4, null, null);
        Client first = come(four, "weu");
        first.admitted();
        come(four, "weu").admitted();
        Client refused = come(four, "weu");
        busy(refused, "sender 'weu' has 2 sessions, as many as it may (senders.weu.limits.sessions)");
        refused.over(null);
        come(four, "neu").admitted();
        come(four, null).admitted();
        busy(come(four, "neu"), "entry point 'hub' has 4 sessions, as many as it may (entryPoints.hub.maxSessions)");
        first.over(null);
        come(four, "weu").admitted();
        // Asked again it does not count again.
        first.admitted();
    }

    @Test
    void sessionsInASecondAndOfACallerAreBound() throws IOException {
        EntryPointSettings bound = settings(100, 2, 1);
        Client first = come(bound, null);
        first.admitted();
        come(bound, null).admitted();
        busy(come(bound, null), "more than 2 new sessions in a second (limits.newPerSecond)");
        first.calls(ALICE);
        assertThatThrownBy(() -> first.calls(ALICE)).hasMessage("caller 'alice' has 1 sessions, as many as it may (limits.sessionsPerCaller)");
    }
}
