package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftBehind.class)
class ${className}Test {

    private final ${className}Protocol protocol = new ${className}Protocol();

    @Test
    void carriesASessionHoweverItsBytesAreCutEndedOrBrokenOff() {
        try (TestRoute route = TestRoute.with(protocol).to("far").open()) {
            route.atEveryCut(session -> {
                session.client().sends("hello ann\nquestion");
                Peer far = session.destination("far").receives("hello ann\nquestion").sends("answer");
                session.client().receives("answer").finishes();
                far.seesTheEnd().finishes();
            });
        }
    }

    @Test
    void notesWhoItIs() {
        try (TestRoute route = TestRoute.with(protocol).to("far").open()) {
            TestSession session = route.connect();
            session.client().sends("hello ann\n").finishes();
            session.destination("far").receives("hello ann\n").seesTheEnd().finishes();
            session.client().seesTheEnd();
            assertEquals("ann", session.ending().notes().get("${protocol}.name"));
        }
    }

    @Test
    void refusesWhoSaysSomethingElse() {
        try (TestRoute route = TestRoute.with(protocol).to("far").settings("longest: 3").open()) {
            for (String line : List.of("GET / HTTP/1.1\n", "hello anna\n")) {
                TestSession session = route.connect();
                session.client().sends(line).seesAReset();
                assertEquals(Reason.MALFORMED, session.ending().reason());
            }
        }
    }

    @Test
    void saysWhatIsWrongWithARoute() {
        assertTrue(TestRoute.with(protocol).problems().getFirst().contains("${protocol} needs `to:`"));
        assertEquals(List.of(), TestRoute.with(protocol).to("far").settings("longest: 200").problems());
    }
}
