package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What sessions notice when one of several relays, gateways of a site, or edges goes. */
@ExtendWith(NothingLeftBehind.class)
@Timeout(120)
class HighAvailabilityIT {

    private static final Duration SILENCE = Duration.ofMillis(1500);
    /** A relay that picks a dead listener is asked again after 2 s, 6 s and 14 s, and one that cuts carriers may do so for each. */
    private static final Duration HOLD = Duration.ofSeconds(RelayProfile.pessimistic() ? 20 : 4);

    /** Long enough for a relay that is started again on a busy machine. */
    private static final Duration LONG_HOLD = Duration.ofSeconds(30);

    private static ManyGateways start(String name, int relays, int sites, int edges, String drainTime) {
        return start(name, relays, sites, edges, drainTime, HOLD);
    }

    private static ManyGateways start(String name, int relays, int sites, int edges, String drainTime, Duration hold) {
        return start(name, relays, sites, edges, drainTime, hold, Duration.ofSeconds(15));
    }

    private static ManyGateways start(String name, int relays, int sites, int edges, String drainTime, Duration hold, Duration routeTimeout) {
        return ManyGateways.start(name, relays, sites, edges, "tunnel: { silence: %dms, hold: %ds }%ndrainTime: %s%n"
                .formatted(SILENCE.toMillis(), hold.toSeconds(), drainTime), routeTimeout);
    }

    private static ConditionFactory within(Duration limit) {
        return Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(limit);
    }

    /** A client, and which site gateway has its session. */
    private record Caller(TestClient client, String site) implements AutoCloseable {

        static Caller through(RelayGateProcess edge) throws IOException {
            TestClient client = TestClient.connect(edge.port("who"));
            return new Caller(client, client.line());
        }

        static List<Caller> through(RelayGateProcess edge, int count) throws IOException {
            List<Caller> callers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                callers.add(through(edge));
            }
            return callers;
        }

        static void exchange(List<Caller> callers) throws IOException {
            for (Caller caller : callers) {
                caller.client.exchange(1000);
            }
        }

        void finish() throws IOException {
            assertThat(client.finish()).isEmpty();
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @Test
    void ofTwoRelaysOneMayDie() throws IOException {
        try (ManyGateways all = start("two-relays", 2, 1, 1, "10s")) {
            List<Caller> callers = Caller.through(all.edge(0), 8);
            double channels = all.site(0).metric("relaygate_relay_control_channels");
            for (int dead = 0; dead < 2; dead++) {
                all.relay(dead).child().signal("KILL");
                all.relay(dead).child().exitCode(Duration.ofSeconds(5));
                Caller.exchange(callers);
                callers.addAll(Caller.through(all.edge(0), 8));
                Caller.exchange(callers);
                all.relay(dead).startAgain();
                all.relay(dead).bound();
                within(Duration.ofSeconds(10)).until(() -> all.site(0).metric("relaygate_relay_control_channels") == channels);
            }
            for (Caller caller : callers) {
                caller.finish();
            }
            assertThat(all.edge(0).child().told()).doesNotContainPattern("\"ending\":\"(PEER_LOST|RELAY_LOST|REFUSED)");
        }
    }

    @Test
    void ofTwoRelaysOneMayFreeze() throws IOException {
        try (ManyGateways all = start("frozen-relay", 2, 1, 1, "10s")) {
            List<Caller> callers = Caller.through(all.edge(0), 8);
            all.relay(0).child().signal("STOP");
            try {
                long began = System.nanoTime();
                Caller.exchange(callers);
                callers.addAll(Caller.through(all.edge(0), 8));
                Caller.exchange(callers);
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as("the silence limit and what it takes to dial the other, on a busy machine too")
                        .isLessThan(SILENCE.plus(HOLD));
            } finally {
                all.relay(0).child().signal("CONT");
            }
            for (Caller caller : callers) {
                caller.finish();
            }
        }
    }

    /** Deadlines are for getting connected; the edge's is over while the relay is frozen. */
    @Test
    void noDeadlineRunsOutWhileTheRelayIsAway() throws IOException {
        Duration routeTimeout = Duration.ofSeconds(2);
        try (ManyGateways all = start("deadlines", 1, 1, 1, "10s", HOLD, routeTimeout)) {
            // The first carrier between processes that have just started takes longer than that on a busy machine.
            Caller caller = within(Duration.ofSeconds(60)).ignoreExceptions().until(() -> Caller.through(all.edge(0)), _ -> true);
            all.relay(0).child().signal("STOP");
            long frozen = System.nanoTime();
            try (TestClient opened = TestClient.connect(all.edge(0).port("who"))) {
                opened.send("early");
                within(Duration.ofSeconds(10)).until(() -> System.nanoTime() - frozen > routeTimeout.plusMillis(500).toNanos());
                all.relay(0).child().signal("CONT");
                caller.client().exchange(1000);
                assertThat(opened.line()).isEqualTo("site0");
                assertThat(opened.finish()).isEqualTo("early");
            }
            caller.finish();
        }
    }

    /** Calls again and again, and says at what each call came to an end. */
    private static Future<List<String>> callAgainAndAgain(ExecutorService threads, RelayGateProcess edge, AtomicBoolean over) {
        return threads.submit(() -> {
            List<String> sites = new ArrayList<>();
            while (!over.get()) {
                try (Caller caller = Caller.through(edge)) {
                    caller.client().exchange(1000);
                    caller.finish();
                    sites.add(caller.site());
                }
            }
            return sites;
        });
    }

    @Test
    void aSiteGatewayThatStopsLetsItsSessionsFinishAndGetsNoMore() throws Exception {
        try (ManyGateways all = start("site-stops", 1, 2, 1, "20s");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Caller> callers = Caller.through(all.edge(0), 20);
            int leaving = callers.getFirst().site().equals("site0") ? 0 : 1;
            AtomicBoolean over = new AtomicBoolean();
            Future<List<String>> others = callAgainAndAgain(threads, all.edge(0), over);
            all.site(leaving).child().signal("TERM");
            within(Duration.ofSeconds(5)).until(() -> all.site(leaving).admin("/readyz").status() == 503);
            Caller.exchange(callers);
            for (int i = 0; i < 20; i++) {
                try (Caller late = Caller.through(all.edge(0))) {
                    assertThat(late.site()).isEqualTo("site" + (1 - leaving));
                }
            }
            Caller.exchange(callers);
            for (Caller caller : callers) {
                caller.finish();
            }
            assertThat(all.site(leaving).child().exitCode(Duration.ofSeconds(10))).isZero();
            over.set(true);
            assertThat(others.get()).isNotEmpty();
            assertThat(all.edge(0).child().told()).doesNotContainPattern("\"ending\":\"(PEER_LOST|RELAY_LOST|REFUSED)");
        }
    }

    @Test
    void aSiteGatewayThatDiesLosesItsSessionsAloneAndNewOnesGoToTheOther() throws IOException {
        try (ManyGateways all = start("site-dies", 1, 2, 1, "10s")) {
            List<Caller> callers = Caller.through(all.edge(0), 20);
            int dead = callers.getFirst().site().equals("site0") ? 0 : 1;
            all.site(dead).child().signal("KILL");
            all.site(dead).child().exitCode(Duration.ofSeconds(5));
            long died = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                try (Caller fresh = Caller.through(all.edge(0))) {
                    assertThat(fresh.site()).isEqualTo("site" + (1 - dead));
                    fresh.client().exchange(1000);
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - died)).as("time of ten new sessions").isLessThan(HOLD);
            for (Caller caller : callers) {
                if (caller.site().equals("site" + dead)) {
                    assertThatThrownBy(caller.client()::rest).isInstanceOf(IOException.class).hasMessageContaining("reset");
                } else {
                    caller.client().exchange(1000);
                    caller.finish();
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - died)).isLessThan(HOLD.plus(SILENCE).plusSeconds(2));
            within(Duration.ofSeconds(5)).until(() -> all.edge(0).metric("relaygate_sessions_open") == 0);
            within(Duration.ofSeconds(5)).until(() -> all.edge(0).child().told().contains("RELAY_LOST"));
        }
    }

    @Test
    void anEdgeThatDiesLeavesNoSessionAtTheSite() throws IOException {
        try (ManyGateways all = start("edge-dies", 1, 1, 2, "10s")) {
            List<Caller> callers = Caller.through(all.edge(0), 5);
            Caller other = Caller.through(all.edge(1));
            all.edge(0).child().signal("KILL");
            within(HOLD.plus(SILENCE).plusSeconds(2)).until(() -> all.server(0).connections() == 1);
            other.client().exchange(1000);
            other.finish();
            within(Duration.ofSeconds(5)).until(() -> all.site(0).metric("relaygate_sessions_open") == 0);
            callers.forEach(Caller::close);
        }
    }

    @Test
    void anEdgeThatStopsLetsItsSessionsFinish() throws Exception {
        try (ManyGateways all = start("edge-stops", 1, 1, 2, "20s", LONG_HOLD);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Caller> callers = Caller.through(all.edge(0), 20);
            AtomicBoolean over = new AtomicBoolean();
            Future<List<String>> others = callAgainAndAgain(threads, all.edge(1), over);
            all.edge(0).child().signal("TERM");
            within(Duration.ofSeconds(5)).until(() -> all.edge(0).admin("/readyz").status() == 503);
            Caller.exchange(callers);
            over.set(true);
            assertThat(others.get()).isNotEmpty();
            // Its lanes outlive a relay that is started again meanwhile.
            all.relay(0).child().signal("KILL");
            all.relay(0).child().exitCode(Duration.ofSeconds(5));
            all.relay(0).startAgain();
            Caller.exchange(callers);
            for (Caller caller : callers) {
                caller.finish();
            }
            assertThat(all.edge(0).child().exitCode(Duration.ofSeconds(10))).isZero();
            assertThat(all.site(0).child().told()).doesNotContain("_LOST");
        }
    }

    /** Long before the hold time: whoever stops says so. */
    @Test
    void sessionsThatDoNotFinishInTheDrainTimeEndAtBothEndsAtOnce() throws IOException {
        try (ManyGateways all = start("drain-over", 1, 2, 1, "500ms")) {
            List<Caller> callers = Caller.through(all.edge(0), 10);
            int leaving = callers.getFirst().site().equals("site0") ? 0 : 1;
            long asked = System.nanoTime();
            all.site(leaving).child().signal("TERM");
            for (Caller caller : callers) {
                if (caller.site().equals("site" + leaving)) {
                    assertThatThrownBy(caller.client()::rest).isInstanceOf(IOException.class).hasMessageContaining("reset");
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(3));
            all.site(leaving).child().exitCode(Duration.ofSeconds(5));
            List<Caller> left = Caller.through(all.edge(0), 5);
            all.edge(0).child().signal("TERM");
            within(Duration.ofSeconds(3)).until(() -> all.server(1 - leaving).connections() == 0);
            assertThatThrownBy(left.getFirst().client()::rest).isInstanceOf(IOException.class);
            all.edge(0).child().exitCode(Duration.ofSeconds(5));
        }
    }

    @Test
    void aRelayThatStopsEndsAtOnceUnderTunnelsAndWaitsForPlainSessions() throws IOException {
        try (TestServer echo = TestServer.echo();
                ThreeProcesses plain = ThreeProcesses.plain("relay-stops", "", Map.of("echo", echo.address()));
                TestClient client = TestClient.connect(plain.port("echo"))) {
            client.exchange(1000);
            plain.relay().child().signal("TERM");
            within(Duration.ofSeconds(5)).until(() -> plain.relay().admin("/readyz").status() == 503);
            client.exchange(100_000);
            assertThat(client.finish()).isEmpty();
            assertThat(plain.relay().child().exitCode(Duration.ofSeconds(5))).isZero();
        }
        try (ManyGateways all = start("tunnel-relay-stops", 1, 1, 1, "10s", LONG_HOLD);
                Caller caller = Caller.through(all.edge(0))) {
            long asked = System.nanoTime();
            all.relay(0).child().signal("TERM");
            assertThat(all.relay(0).child().exitCode(Duration.ofSeconds(5))).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(3));
            all.relay(0).startAgain();
            caller.client().exchange(100_000);
            caller.finish();
        }
    }
}
