package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestEvent;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of each request. */
@Timeout(60)
@ExtendWith(NothingLeftBehind.class)
class AccessLogTest {

    private static final String HOSTS = "hosts: { a.example: { to: far } }";

    /** A request with a body, and its answer. */
    private static void put(TestSession session, String target) {
        session.client().sends(head("PUT " + target + " HTTP/1.1", "Host: a.example:81", "Referer: http://b/?code=1&x=2", "User-Agent: curl", "Content-Length: 5") + "hello");
        Peer far = session.destination("far");
        headOf(far);
        far.receives("hello").sends("HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(headOf(session.client())).startsWith("HTTP/1.1 201 ");
        session.client().receives("abc");
    }

    @Test
    void eachRequestIsARecordWithItsTimesAndWithoutItsSecrets() {
        try (TestRoute route = route("log: audit\n" + HOSTS).destinations("far").open()) {
            TestSession session = route.connect();
            put(session, "/c/b?sv=1&sig=Zm9v%3D&comp=x");
            session.client().sends(head("GET /there HTTP/1.1", "Host: other"));
            headOf(session.client());
            session.client().receivesToTheEnd();
            session.client().closes();
            session.ending();
            List<TestEvent> events = session.events();
            assertThat(events).extracting(TestEvent::name).containsExactly("http.request", "http.request");
            Map<String, String> first = events.getFirst().facts();
            assertThat(first)
                    .containsEntry("method", "PUT").containsEntry("host", "a.example:81").containsEntry("target", "/c/b?sv=1&sig=***&comp=x")
                    .containsEntry("version", "1.1").containsEntry("status", "201").containsEntry("destination", "far")
                    .containsEntry("bytesUp", "5").containsEntry("bytesDown", "3")
                    .containsEntry("referer", "http://b/?code=***&x=2").containsEntry("user-agent", "curl")
                    .doesNotContainKey("error");
            assertThat(first.get("request")).endsWith("-1");
            assertThat(Double.parseDouble(first.get("connectedMs"))).isNotNegative().isLessThanOrEqualTo(Double.parseDouble(first.get("answeredMs")));
            assertThat(Double.parseDouble(first.get("answeredMs"))).isLessThanOrEqualTo(Double.parseDouble(first.get("durationMs")));
            assertThat(events.getLast().facts())
                    .containsEntry("target", "/there").containsEntry("status", "404").containsEntry("error", "destination_not_found")
                    .doesNotContainKeys("destination", "connectedMs", "answeredMs");
        }
    }

    @Test
    void requestIsALineInTheCombinedForm() {
        try (TestRoute route = route("log: combined\ntrustedProxies: [127.0.0.1]\n" + HOSTS).destinations("far").open()) {
            TestSession session = route.connect();
            put(session, "/c/b?sig=Zm9v&x=\"1\\");
            session.client().sends(head("GET /" + "x".repeat(300) + " HTTP/1.1", "Host: other", "X-Forwarded-For: 10.9.8.7", "User-Agent: \u00e4\" x\t"));
            headOf(session.client());
            session.client().receivesToTheEnd();
            session.client().closes();
            session.ending();
            List<String> lines = session.events().stream().map(TestEvent::line).map(String::valueOf).toList();
            assertThat(lines.getFirst()).matches("127\\.0\\.0\\.1 - - \\[[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} \\+0000] .*")
                    .endsWith("] \"PUT /c/b?sig=***&x=\\\"1\\\\ HTTP/1.1\" 201 3 \"http://b/?code=***&x=2\" \"curl\"");
            assertThat(lines.getLast()).startsWith("10.9.8.7 - - [").contains("x...\" 404 - \"-\" \"\\xe4\\\" x\"").hasSizeLessThan(400);
            assertThat(session.events()).allSatisfy(event -> assertThat(event.facts()).containsOnlyKeys("request"));
        }
    }

    @Test
    void lineIsOneWhateverIsSaid() {
        RequestHead head = new RequestHead("GET", "/\n\r\u0000\u2028\"", null, Version.HTTP_1_1, new Fields().add("User-Agent", "a\nb"), Framing.NONE);
        Served served = new Served(1, head, "::1", "J\u00fcr] [gen\n", "a", null, 200, null, 0, 0, null, null, Duration.ZERO);
        assertThat(CombinedLine.of(served, Instant.EPOCH, Set.of()))
                .isEqualTo("::1 - J\\xfcr\\x5d\\x20\\x5bgen\\x0a [01/Jan/1970:00:00:00 +0000] \"GET /\\x0a\\x0d\\x00\\u2028\\\" HTTP/1.1\" 200 - \"-\" \"a\\x0ab\"");
    }

    @Test
    void requestsAreCountedByTheHostOfTheSettingsAndNeverByWhatClientsCallIt() {
        try (TestRoute route = route(HOSTS).destinations("far").open()) {
            TestSession session = route.connect();
            put(session, "/");
            session.client().sends("no request\r\n\r\n");
            headOf(session.client());
            session.client().receivesToTheEnd();
            session.client().closes();
            session.ending();
            assertThat(session.events()).isEmpty();
            assertThat(route.metrics())
                    .contains("relaygate_http_requests_total{host=\"a.example\",route=\"test\",status=\"2xx\"} 1")
                    .contains("relaygate_http_requests_total{host=\"none\",route=\"test\",status=\"4xx\"} 1")
                    .contains("relaygate_http_request_seconds_count{host=\"a.example\",route=\"test\"} 1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/a                              | /a",
        "/a?b=c&d=e                      | /a?b=c&d=e",
        "/a?SIG=c                        | /a?SIG=***",
        "/a?x=1;token=c;y=2              | /a?x=1;token=***;y=2",
        "/a?access%5Ftoken=c             | /a?access%5Ftoken=***",
        "/a?s%69g=c                      | /a?s%69g=***",
        "http://u:p@a/b?c=d              | http://***@a/b?c=d",
        "http://a/#access_token=x        | http://a/#access_token=***",
        "/a?sig=1&sig=2$0                | /a?sig=***&sig=***"})
    void secretsInAddressesAreNotTold(String address, String told) {
        assertThat(Redacted.address(address, Set.of())).isEqualTo(told);
    }
}
