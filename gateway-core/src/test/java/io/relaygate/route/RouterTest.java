package io.relaygate.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.access.Admission;
import io.relaygate.access.AllowSettings;
import io.relaygate.access.Arrival;
import io.relaygate.access.Client;
import io.relaygate.access.Hours;
import io.relaygate.net.Deadlines;
import io.relaygate.net.Link;
import io.relaygate.net.PipeLink;
import io.relaygate.net.Threads;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.Ending;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.session.Sessions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that are open when time has changed what they may. */
@Timeout(60)
class RouterTest {

    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private volatile Instant now = NOON;
    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(1);
    private final Deadlines deadlines = new Deadlines(() -> now);
    private final Sessions sessions = new Sessions(
            null, threads, () -> now, metrics, AuditTrail.of(null, () -> now, metrics), deadlines);
    private final PipeLink.Pair client = PipeLink.pair();
    private Instant admittedUntil = Instant.MAX;

    /** Is let in for a while. */
    private final class Guest implements Client {

        @Override
        public boolean relayed() {
            return false;
        }

        @Override
        public Instant admitted() throws IOException {
            if (!now.isBefore(admittedUntil)) {
                throw new RefusedException(RefusedException.Reason.NOT_ALLOWED, "the certificate has expired");
            }
            return admittedUntil;
        }

        @Override
        public Link accept(Instant deadline) {
            return client.b();
        }

        @Override
        public void refuse(RefusedException why) {
            client.b().abort();
        }
    }

    @AfterEach
    void nothingIsLeft() {
        sessions.kill(Ending.SHUTDOWN);
        assertThat(sessions.awaitNone(Duration.ofSeconds(10))).isTrue();
        assertThat(deadlines.waiting()).isZero();
        threads.close();
    }

    /** Serves one session that waits for its client, by a route with these hours. */
    private Router serve(String... hours) {
        Router router = router(hours);
        sessions.follow(router);
        threads.start("serve", () -> router.serve(new Arrival(
                "in", "0".repeat(32), "test", null, Caller.ANONYMOUS, null, null, null, null, null, Instant.now(), Instant.MAX, Duration.ZERO, new Guest())));
        await().until(() -> deadlines.waiting() == 1);
        return router;
    }

    private Router router(String... hours) {
        AllowSettings allow = new AllowSettings(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(hours).stream().map(Hours::parse).toList());
        Admission admission = hours.length == 0 ? new Admission.Open() : Admission.of("the route", "routes[r].allow", allow, false, () -> now);
        Route route = new Route("r", List.of("in"), null, null, List.of(), "wait", null, admission, null, null, session -> session.client().in().read(), List.of(), List.of());
        return new Router(new Routes(List.of(route), _ -> true), sessions, _ -> Optional.empty());
    }

    private void at(String time) {
        now = Instant.parse("2026-11-25T" + time + ":00Z");
        deadlines.wake();
    }

    private long refused() {
        return metrics.counter("relaygate_sessions_ended", "Sessions that have ended.", "entry_point", "route", "ending")
                .value("in", "r", "REFUSED");
    }

    private static @Nullable Integer readFrom(PipeLink.Pair client) {
        try {
            return client.a().in().read();
        } catch (IOException e) {
            return null;
        }
    }

    @Test
    void aSessionEndsWhenTheHoursOfItsRouteAreOver() {
        serve("08:00-13:00", "12:30-14:00");
        at("13:00");
        await().until(() -> deadlines.waiting() == 1);
        assertThat(sessions.open()).as("others go on").isEqualTo(1);
        at("14:00");
        assertThat(readFrom(client)).isNull();
        await().until(() -> refused() == 1);
    }

    @Test
    void aReloadThatMakesTheHoursShorterOrLongerCountsForOpenSessions() {
        serve("08:00-13:00");
        sessions.follow(router("08:00-15:00"));
        sessions.review();
        at("14:59");
        assertThat(sessions.open()).isEqualTo(1);
        sessions.follow(router());
        sessions.review();
        assertThat(deadlines.waiting()).as("nothing to ask again for").isZero();
    }

    @Test
    void aSessionEndsWhenWhatTheEntryPointHasProvenIsOver() {
        admittedUntil = NOON.plusSeconds(60);
        serve();
        at("12:01");
        assertThat(readFrom(client)).isNull();
        await().until(() -> refused() == 1);
    }
}
