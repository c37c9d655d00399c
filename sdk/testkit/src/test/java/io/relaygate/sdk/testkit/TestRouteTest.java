package io.relaygate.sdk.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.relaygate.sdk.Credential;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.Verdict;
import io.relaygate.sdk.testkit.Samples.Named;
import io.relaygate.sdk.testkit.Samples.Story;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class TestRouteTest {

    private static RouteSetup route(Story story) {
        return TestRoute.with(new Named(story)).to("cache").patience(Duration.ofSeconds(5));
    }

    private static RouteSetup wrong(Story story) {
        return route(story).patience(Duration.ofSeconds(1));
    }

    private static void talk(TestSession session) {
        session.client().sends("cache\nhello");
        Peer cache = session.destination("cache").receives("hello").sends("welcome");
        session.client().receives("welcome").finishes();
        cache.seesTheEnd().sends("bye").finishes();
        session.client().receives("bye").seesTheEnd();
    }

    private static void fails(Story story, Dialogue dialogue, String... words) {
        try (TestRoute route = wrong(story).open()) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> route.atEveryCut(dialogue))
                    .satisfies(e -> assertThat(e.getMessage()).contains(words));
        }
    }

    @Test
    void handlerThatIsRightPassesAtEveryCut() {
        try (TestRoute route = route(Samples::right).open()) {
            route.atEveryCut(TestRouteTest::talk);
        }
    }

    @Test
    void sessionsWithoutHalfCloseEndTogether() {
        try (TestRoute route = route(Samples::right).withoutHalfClose().open()) {
            TestSession session = route.connect();
            session.client().sends("cache\nhello");
            Peer cache = session.destination("cache").receives("hello");
            session.client().finishes();
            cache.seesTheEnd();
            session.client().seesTheEnd();
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
        }
    }

    @Test
    void handlerThatBreaksAtACutIsCaught() {
        fails(Samples::breaksAtACut, TestRouteTest::talk, "with each byte by itself", "cache");
    }

    @Test
    void handlerThatIgnoresAHalfCloseIsCaught() {
        fails(Samples::ignoresTheEnd, TestRouteTest::talk, "as it is", "cache could not receive to the end", "Samples.ignoresTheEnd");
    }

    @Test
    void handlerThatTakesAResetForAnEndIsCaught() {
        fails(Samples::takesAResetForAnEnd, TestRouteTest::talk, "client broke the connection after 6 of 11 bytes");
    }

    @Test
    void handlerWithADefectIsCaughtWithItsStack() {
        Story defect = (session, settings) -> {
            if (Samples.line(session.client().in(), 99).length() == 5) {
                throw new IllegalStateException("planted");
            }
        };
        try (TestRoute route = wrong(defect).open()) {
            TestSession session = route.connect();
            session.client().sends("cache\n");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(session::ending)
                    .withMessageContaining("ended by a defect")
                    .havingCause()
                    .withMessage("planted");
        }
    }

    @Test
    void handlerThatHoardsWhatNobodyReadsIsCaught() {
        try (TestRoute route = route(Samples::right).open()) {
            TestSession session = route.connect();
            session.client().sends("cache\n");
            session.destination("cache").stallsWithin(400_000);
            session.client().seesAReset();
            session.ending();
        }
        try (TestRoute route = wrong(Samples::hoards).open()) {
            TestSession session = route.connect();
            session.client().sends("cache\n");
            Peer cache = session.destination("cache");
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> cache.stallsWithin(400_000))
                    .withMessageContaining("more than 400000 bytes of cache that nobody reads");
            cache.resets();
            session.client().seesAReset();
            session.ending();
        }
    }

    @Test
    void sessionThatIsLeftOpenIsCaught() {
        TestRoute route = wrong(Samples::right).open();
        route.connect().client().sends("cac");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(route::close)
                .withMessageContaining("a session is open when its route is closed")
                .withMessageContaining("Samples.line");
    }

    @Test
    void clockStandsStillUntilItIsMoved() {
        Story waits = (session, settings) -> session.client().in().read();
        try (TestRoute route = route(waits).open()) {
            TestSession session = route.connect();
            session.settle();
            route.clock().advance(Duration.ofSeconds(9));
            session.settle();
            route.clock().advance(Duration.ofSeconds(2));
            assertThat(session.ending().how()).isEqualTo("DEADLINE");
            session.client().seesAReset();
        }
    }

    @Test
    void tasksOfTheRouteRunByItsClock() throws InterruptedException {
        Semaphore runs = new Semaphore(0);
        try (TestRoute route = TestRoute.with(new Repeating(runs)).open()) {
            route.clock().advance(Duration.ofSeconds(59));
            assertThat(runs.tryAcquire(100, TimeUnit.MILLISECONDS)).isFalse();
            route.clock().advance(Duration.ofSeconds(2));
            assertThat(runs.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void saysHowASessionEnded() {
        try (TestRoute route = TestRoute.with(new Named(Samples::right)).to("down").unreachable("down").open()) {
            TestSession session = route.connect();
            session.client().sends("DOWN\n").seesAReset();
            SessionEnding ending = session.ending();
            assertThat(ending.how()).isEqualTo("REFUSED");
            assertThat(ending.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(ending.detail()).contains("destination 'down'");
            assertThat(ending.notes()).isEqualTo(Map.of("named", "DOWN"));
        }
    }

    @Test
    void tellsTheEventsAndTheHostThatWasAskedFor() {
        Story asks = (session, settings) -> {
            session.event("asked", Map.of("what", "host"));
            session.dial(session.facts().caller(), Objects.requireNonNull(session.facts().to()), HostPort.parse("db.example:5432"));
        };
        try (TestRoute route = route(asks).open()) {
            TestSession session = route.connect();
            Peer cache = session.destination("cache");
            assertThat(cache.asked()).isEqualTo(new HostPort("db.example", 5432));
            assertThat(session.events()).containsExactly(new TestEvent("asked", Map.of("what", "host")));
            cache.seesTheEnd();
            session.client().seesAReset();
            assertThat(session.ending().destination()).isEqualTo("cache");
        }
    }

    @Test
    void usersAreJudgedByTheGateway() {
        Story login = (session, settings) -> {
            String name = Samples.line(session.client().in(), 20);
            String password = Samples.line(session.client().in(), 20);
            Verdict verdict = session.judge(new Credential.Password(name, SentSecret.of(password.toCharArray())));
            if (verdict instanceof Verdict.Accepted accepted) {
                session.actAs(accepted.caller());
            }
            session.client().out().write(verdict instanceof Verdict.Accepted ? 'y' : 'n');
        };
        Named asks = new Named(login);
        try (TestRoute route = TestRoute.with(new Judging(asks)).user("ann", "secret").open()) {
            TestSession known = route.connect();
            known.client().sends("ann\nsecret\n").receives("y").seesTheEnd();
            assertThat(known.ending().caller().name()).isEqualTo("ann");
            TestSession stranger = route.connect();
            stranger.client().sends("ann\nguess\n").receives("n").seesTheEnd();
            assertThat(stranger.ending().caller().isAnonymous()).isTrue();
        }
    }

    @Test
    void settingsAreBoundAndWrongOnesAreTold() {
        assertThat(route(Samples::right).settings("longest: 5").problems()).isEmpty();
        assertThat(route(Samples::right).settings("longest: 0\nlongst: 1").problems())
                .hasSize(2)
                .anySatisfy(each -> assertThat(each).startsWith("routes[test].with.longest: "))
                .anySatisfy(each -> assertThat(each).contains("did you mean 'longest'?"));
        assertThatIllegalArgumentException().isThrownBy(() -> route(Samples::right).settings("longest: 0").open());
        try (TestRoute route = route(Samples::right).settings("longest: 3").open()) {
            TestSession session = route.connect();
            session.client().sends("cache\n").seesAReset();
            assertThat(session.ending().reason()).isEqualTo(Reason.MALFORMED);
        }
    }
}
