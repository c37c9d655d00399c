package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;

/**
 * One request without a body, and what became of it.
 *
 * @param seen what the destination has seen; empty if none was asked
 * @param heard the head that the client has heard
 */
record Once(String seen, String heard) {

    private static final String[] USUAL = {"HTTP/1.1 204 No Content"};

    /** A request that goes to the destination {@code far}. */
    static Once onward(RouteSetup setup, String... request) {
        return answered(setup, USUAL, request);
    }

    /** A request that goes to the destination {@code far}, which answers. */
    static Once answered(RouteSetup setup, String[] answer, String... request) {
        return answered(setup, "far", answer, request);
    }

    /** A request that goes to a destination, which answers. */
    static Once answered(RouteSetup setup, String destination, String[] answer, String... request) {
        try (TestRoute route = setup.open()) {
            TestSession session = route.connect();
            session.client().sends(head(request));
            Peer far = session.destination(destination);
            String seen = headOf(far);
            far.sends(head(answer));
            String heard = headOf(session.client());
            session.client().closes();
            far.seesTheEnd().closes();
            assertThat(session.ending().how()).isEqualTo("CALLER_DONE");
            return new Once(seen, heard);
        }
    }

    /** A request that the gateway answers without a body, as one that has not failed. */
    static String here(RouteSetup setup, String... request) {
        try (TestRoute route = setup.open()) {
            TestSession session = route.connect();
            session.client().sends(head(request));
            String heard = headOf(session.client());
            session.client().closes();
            assertThat(session.ending().destination()).isNull();
            return heard;
        }
    }

    /** A request that the gateway refuses. */
    static String refused(RouteSetup setup, String... request) {
        try (TestRoute route = setup.open()) {
            TestSession session = route.connect();
            session.client().sends(head(request));
            String heard = headOf(session.client());
            session.client().receivesToTheEnd();
            session.client().closes();
            assertThat(session.ending().how()).isEqualTo("REFUSED");
            return heard;
        }
    }
}
