package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.Deadlines;
import io.relaygate.net.FrameReader;
import io.relaygate.net.Link;
import io.relaygate.relay.Offer;
import io.relaygate.relay.Relay;
import io.relaygate.relay.RelayListener;
import io.relaygate.relay.ShortTokens;
import io.relaygate.relay.server.RawClient.Frame;
import io.relaygate.relay.server.RelaySettings.Profile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A day by a clock that the test sets, with tokens that live for an hour. */
class RenewalsTest {

    private static final Duration STEP = Duration.ofMinutes(10);

    /** A token is renewed after three quarters of its hour at the latest; the clock goes in steps. */
    private static final Duration LATEST = Duration.ofMinutes(50);

    @TempDir
    Path stateDir;

    @ParameterizedTest
    @EnumSource(Profile.class)
    void listenerThatRenewsStaysForADayAndOneThatDoesNotIsSentAwayAfterTheGrace(Profile profile) throws Exception {
        RelayFixture relay = new RelayFixture(stateDir, switch (profile) {
            case AZURE -> RelayFixture.settings("127.0.0.1", 0, Duration.ofMillis(100), Duration.ofSeconds(20), 25);
            case PESSIMISTIC -> RelayFixture.pessimistic(Duration.ofSeconds(20), null);
        });
        Deadlines timer = new Deadlines(relay.clock);
        Relay client = relay.closing(
                ShortTokens.client(relay.namespace("root", RelayFixture.ROOT_KEY), relay.threads, relay.clock, timer));
        RelayListener listener = relay.closing(client.listen("site-oslo", 1, RenewalsTest::echo));
        await().until(() -> listener.connected() == 1);
        RawClient lazy = RawClient.listener(relay, "other");
        Link old = client.connect("site-oslo", null, Map.of(), RelayFixture.soon());

        for (Duration day = STEP; day.compareTo(Duration.ofDays(1)) <= 0; day = day.plus(STEP)) {
            relay.clock.ahead = day;
            timer.wake();
            long due = day.dividedBy(LATEST);
            await().until(() -> renewals(relay) >= due && timer.waiting() == 1);
            assertThat(listener.connected()).as("after %s", day).isEqualTo(1);
            if (day.equals(Duration.ofHours(1))) {
                offer(relay);
                assertThat(lazy.offer().id()).as("within the grace").isNotEmpty();
            }
            if (day.equals(Duration.ofMinutes(70))) {
                // A channel that looks at the clock each 210 s only has to be told something.
                offer(relay);
                Frame last = lazy.next();
                while (last.opcode() == FrameReader.TEXT) {
                    last = lazy.next();
                }
                assertThat(RawClient.closeCode(last)).as("after the grace").isEqualTo(1008);
                lazy.close();
            }
            if (day.toMinutes() % 60 == 0) {
                try (Link link = client.connect("site-oslo", null, Map.of(), RelayFixture.soon())) {
                    exchange(link);
                }
            }
        }

        exchange(old);
        old.close();
        assertThat(renewals(relay)).as("once for each 39 to 50 minutes").isBetween(28L, 37L);
        await().untilAsserted(() -> assertThat(relay.metrics.exposition())
                .as("the two that listened, and nobody listened again")
                .contains("relaygate_embedded_relay_listeners{hybrid_connection=\"site-oslo\"} 1")
                .contains("relaygate_embedded_relay_handshakes_total{action=\"listen\",status=\"served\"} 1")
                .doesNotContain("renewals_total{result=\"refused\"}"));
        relay.close();
        timer.close();
    }

    /** Lets a sender come, whatever becomes of it. */
    private static void offer(RelayFixture relay) {
        relay.threads.start("sender", () -> {
            try {
                RawClient.sender(relay, "other", "");
            } catch (IOException e) {
                // The relay has ended.
            }
        });
    }

    private static long renewals(RelayFixture relay) {
        return relay.metrics
                .counter(
                        "relaygate_embedded_relay_token_renewals",
                        "Tokens with which listeners of the embedded relay have renewed theirs, and whether they were taken.",
                        "result")
                .value("taken");
    }

    private static void exchange(Link link) throws IOException {
        link.out().write('x');
        assertThat(link.in().read()).isEqualTo('x');
    }

    private static void echo(Offer offer) {
        try (Link link = offer.accept(RelayFixture.soon())) {
            for (int b = link.in().read(); b >= 0; b = link.in().read()) {
                link.out().write(b);
            }
            link.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
