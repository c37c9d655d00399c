package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static io.relaygate.plugins.http.Talk.route;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests to storage accounts on the wire: signed, refused, and signed again. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class StorageRouteTest {

    private static final String UNKNOWN = head("HTTP/1.1 403 Forbidden", "x-ms-error-code: AuthenticationFailed", "Content-Length: 0");

    @TempDir
    private Path folder;

    @BeforeEach
    void writeKeys() throws IOException {
        Files.writeString(folder.resolve("one"), "a2V5IG9uZQ==\n");
        Files.writeString(folder.resolve("two"), "a2V5IHR3bw==\n");
        Files.writeString(folder.resolve("none"), "not Base64!\n");
    }

    private RouteSetup account(String storage) {
        return route("hosts: { acct.blob.public.test: { to: acct, storage: { endpoint: \"https://acct.blob.inner.test/\", " + storage + " } } }")
                .destinations("acct");
    }

    private RouteSetup open() {
        return account("key1: \"${file:" + folder + "/one}\", key2: \"${file:" + folder + "/two}\", names: [open], operations: [read, write]");
    }

    private static String authorization(String head) {
        return head.lines().filter(line -> line.startsWith("Authorization: ")).findFirst().orElse("");
    }

    @Test
    void requestGoesOnUnderTheGatewaysSignature() {
        try (TestRoute route = open().open()) {
            TestSession session = route.connect();
            session.client().sends(head("PUT /open/b?sig=x HTTP/1.1", "Host: acct.blob.public.test", "Date: D", "Authorization: SharedKey acct:client's",
                    "x-ms-blob-type: BlockBlob", "Content-Length: 5") + "hello");
            Peer far = session.destination("acct");
            String seen = headOf(far);
            assertThat(seen).startsWith("PUT /open/b HTTP/1.1\r\nHost: acct.blob.inner.test\r\nx-ms-blob-type: BlockBlob\r\nVia: 1.1 gw\r\n")
                    .contains("\r\nx-ms-version: 2017-11-09\r\nx-ms-date: ", "\r\nContent-Length: 5\r\n").doesNotContain("SharedKey acct:client's", "\r\nDate: ");
            assertThat(authorization(seen)).startsWith("Authorization: SharedKey acct:");
            far.receives("hello");
            far.sends(head("HTTP/1.1 201 Created", "Content-Length: 0"));
            session.client().receives(head("HTTP/1.1 201 Created", "Via: 1.1 gw", "Content-Length: 0")).closes();
            far.seesTheEnd().closes();
            session.ending();
        }
    }

    @ParameterizedTest
    @CsvSource({"DELETE /open/b, 403 Forbidden, AuthorizationPermissionMismatch", "GET /secret/b, 403 Forbidden, AuthorizationFailure",
        "GET /open/%2e%2e/secret/b, 400 Bad Request, InvalidUri"})
    void refusalIsOneThatClientsOfTheServiceUnderstand(String request, String status, String code) {
        try (TestRoute route = open().open()) {
            TestSession session = route.connect();
            session.client().sends(head(request + " HTTP/1.1", "Host: acct.blob.public.test"));
            String told = new String(session.client().receivesToTheEnd(), ISO_8859_1);
            assertThat(told).startsWith("HTTP/1.1 " + status + "\r\nx-ms-error-code: " + code + "\r\nContent-Type: application/xml\r\nx-ms-request-id: ")
                    .contains("\r\n\r\n<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>");
            session.client().closes();
            assertThat(session.ending().how()).isEqualTo("REFUSED");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 401, NoAuthenticationInformation", "wrong, 401, NoAuthenticationInformation", "wonder, 429, ServerBusy"})
    void callersAreTurnedAwayInTheServicesForm(String password, int status, String code) {
        RouteSetup setup = route("perCaller: { perSecond: 1 }\nhosts: { acct.blob.public.test: { to: acct, storage: { endpoint: \"https://acct.blob.inner.test/\", key1: \"${file:"
                + folder + "/one}\", names: [open], operations: [read] } } }").destinations("acct").user("alice", "wonder");
        String basic = password.isEmpty() ? "A: 1" : "Authorization: Basic " + Base64.getEncoder().encodeToString(("alice:" + password).getBytes(ISO_8859_1));
        try (TestRoute route = setup.open()) {
            if (status == 429) {
                TestSession first = route.connect();
                first.client().sends(head("DELETE /open/b HTTP/1.1", "Host: acct.blob.public.test", basic));
                assertThat(new String(first.client().receivesToTheEnd(), ISO_8859_1)).startsWith("HTTP/1.1 403 ");
                first.client().closes();
                first.ending();
            }
            TestSession session = route.connect();
            session.client().sends(head("GET /open/b HTTP/1.1", "Host: acct.blob.public.test", basic));
            assertThat(new String(session.client().receivesToTheEnd(), ISO_8859_1)).startsWith("HTTP/1.1 " + status + " ")
                    .contains("\r\nx-ms-error-code: " + code + "\r\nContent-Type: application/xml\r\nx-ms-request-id: ", status == 401 ? "\r\nWWW-Authenticate: " : "\r\nRetry-After: ",
                            "<Error><Code>" + code + "</Code><Message>");
            session.client().closes();
            session.ending();
        }
    }

    @ParameterizedTest
    @CsvSource({"table, /other, 404, ResourceNotFound", "blob, /other, 404, ResourceNotFound", "blob, /%61cct/x, 400, InvalidInput"})
    void whatIsServedNowhereAtAHostOfAccountsIsToldInTheirForm(String service, String path, int status, String code) {
        RouteSetup setup = route("hosts: { a: { paths: { /acct: { to: acct, storage: { mode: sas-prefix, endpoint: \"https://acct." + service + ".inner.test/\" } } } } }")
                .destinations("acct");
        assertThat(Once.refused(setup, "GET " + path + " HTTP/1.1", "Host: a")).startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nx-ms-error-code: " + code + "\r\nContent-Type: application/" + (service.equals("table") ? "json;" : "xml\r\n"));
        assertThat(Once.refused(setup, "GET / HTTP/1.1", "Host: b")).contains("Content-Type: text/plain\r\n").doesNotContain("x-ms-");
    }

    @Test
    void bodyWithoutALengthIsRefused() {
        try (TestRoute route = open().open()) {
            TestSession session = route.connect();
            session.client().sends(head("PUT /open/b HTTP/1.1", "Host: acct.blob.public.test", "Transfer-Encoding: chunked") + "1\r\nx\r\n0\r\n\r\n");
            assertThat(new String(session.client().receivesToTheEnd(), ISO_8859_1))
                    .startsWith("HTTP/1.1 411 Length Required\r\nx-ms-error-code: MissingContentLengthHeader\r\n");
            session.client().closes();
            session.ending();
        }
    }

    @Test
    void otherKeyIsTriedOnceOnAnotherConnection() {
        try (TestRoute route = open().open()) {
            TestSession session = route.connect();
            session.client().sends(head("GET /open/b HTTP/1.1", "Host: acct.blob.public.test"));
            Peer first = session.destination("acct");
            String before = authorization(headOf(first));
            first.sends(UNKNOWN);
            Peer second = session.destination("acct");
            String after = authorization(headOf(second));
            assertThat(after).startsWith("Authorization: SharedKey acct:").isNotEqualTo(before);
            second.sends(head("HTTP/1.1 200 OK", "Content-Length: 2") + "hi");
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 200 OK\r\n");
            session.client().receives("hi");
            session.client().sends(head("GET /open/b HTTP/1.1", "Host: acct.blob.public.test", "Connection: close"));
            Peer third = session.destination("acct");
            assertThat(authorization(headOf(third))).as("the good one is used from now on").isEqualTo(after);
            third.sends(UNKNOWN);
            Peer fourth = session.destination("acct");
            assertThat(authorization(headOf(fourth))).isEqualTo(before);
            fourth.sends(UNKNOWN);
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 403 Forbidden\r\nx-ms-error-code: AuthenticationFailed\r\n");
            session.client().seesTheEnd().closes();
            for (Peer far : List.of(first, second, third, fourth)) {
                far.closes();
            }
            session.ending();
        }
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        String key = "key1: \"${file:" + folder + "/one}\"";
        assertThat(problem("names: [a], readOnly: true")).contains("needs `key1` or `key2`");
        assertThat(problem(key + ", readOnly: true")).contains("needs `names`");
        assertThat(problem(key + ", names: [a]")).contains("needs `operations`");
        assertThat(problem(key + ", names: [a], readOnly: true, operations: [write]")).contains("leaves nothing");
        assertThat(problem("key1: \"${file:" + folder + "/none}\", names: [a], readOnly: true")).contains("expected Base64").doesNotContain("not Base64!");
        assertThat(problem("mode: sas-prefix, " + key)).contains("has no keys");
        assertThat(problem(key + ", names: [\"a*b\"], readOnly: true")).contains("prefix*");
        assertThat(problem(key + ", names: [a], readOnly: true, version: \"2015-04-05\"")).contains("not before 2016-05-31");
        assertThat(problem(key + ", names: [a], readOnly: true, account: Acct")).contains("lower-case letters and digits");
        assertThat(problem(key + ", names: [a], operations: [execute]")).contains("execute");
    }

    @Test
    void placeThatCannotBeAnAccountIsRefused() {
        String with = "key1: \"${file:" + folder + "/one}\", names: [a], readOnly: true";
        String storage = "storage: { endpoint: \"https://acct.blob.inner.test/\", " + with + " }";
        assertThat(problems("hosts: { \"*\": { to: acct, " + storage + " } }")).contains("one host with a name");
        assertThat(problems("hosts: { \"*.blob.test\": { to: acct, " + storage + " } }")).contains("one host with a name");
        assertThat(problems("hosts: { a: { to: acct, host: b, " + storage + " } }")).contains("leave `host`, `path` and `query` out");
        assertThat(problems("hosts: { a: { to: acct, storage: { endpoint: \"https://10.0.0.1/acct\", " + with + " } } }")).contains("needs `service`");
        assertThat(problems("hosts: { a: { to: acct, storage: { endpoint: \"https://10.0.0.1/acct\", service: blob, " + with + " } } }"))
                .contains("needs `account`");
        assertThat(problems("hosts: { a: { to: acct, storage: { endpoint: \"acct.blob.inner.test\", " + with + " } } }")).contains("expected an address");
        assertThat(route("hosts: { a: { paths: { /acct: { to: acct, " + storage + " } } } }").destinations("acct").problems()).isEmpty();
    }

    private String problem(String storage) {
        return String.join("\n", account(storage).problems());
    }

    private static String problems(String settings) {
        return String.join("\n", route(settings).destinations("acct").problems());
    }
}
