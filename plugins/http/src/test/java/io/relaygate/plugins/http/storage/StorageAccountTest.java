package io.relaygate.plugins.http.storage;

import static io.relaygate.plugins.http.storage.Accounts.NOW;
import static io.relaygate.plugins.http.storage.Accounts.open;
import static io.relaygate.plugins.http.storage.Accounts.refusal;
import static io.relaygate.plugins.http.storage.Accounts.request;
import static io.relaygate.plugins.http.storage.Accounts.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.http.storage.StorageSettings.Mode;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.Version;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an account's service sees of a request, and which it never sees. */
class StorageAccountTest {

    @Test
    void whatTheCallerSaysForProofGivesWayToTheGatewaysSignature() throws IOException {
        RequestHead seen = open("blob").onward(request("GET", "/ccc/b?se=1&snapshot=2&SIG=x&%73p=r&sv=3&skoid=4&timeout=5", "Host: acct.blob.public.test",
                "Authorization: SharedKey acct:forged", "Date: yesterday", "X-MS-Date: yesterday", "x-ms-version: 2024-08-04", "x-ms-client-request-id: 1",
                "Range: bytes=0-1", "User-Agent: me"), NOW);
        assertThat(seen.target()).isEqualTo("/ccc/b?snapshot=2&timeout=5");
        assertThat(seen.fields().toString().lines().filter(line -> !line.startsWith("authorization: "))).containsExactly(
                "host: acct.blob.inner.test", "x-ms-client-request-id: 1", "range: bytes=0-1", "user-agent: me", "x-ms-version: 2017-11-09",
                "x-ms-date: Fri, 02 Jan 2026 03:04:05 GMT");
        RequestHead unsigned = new RequestHead(seen.method(), seen.target(), null, Version.HTTP_1_1, seen.fields().copy().remove("Authorization"), seen.body());
        String signature = new Keys(new Accounts.Told(Accounts.KEY), null).sign(StringToSign.of(Service.BLOB, "acct", unsigned));
        assertThat(seen.fields().first("Authorization")).isEqualTo("SharedKey acct:" + signature);
        assertThat(seen.fields().count("Authorization")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://acct.blob.inner.test/, /ccc/b?x=1, /ccc/b?x=1", "'', http://10.0.0.1:10000/acct, /ccc/b, /acct/ccc/b",
        "/acct, https://acct.blob.inner.test, /acct/ccc//a%2Fb, /ccc//a%2Fb", "/acct, https://acct.blob.inner.test, /acct?comp=list, /?comp=list",
        "/a/b, http://10.0.0.1/acct/, /a/b/ccc/x+y?prefix=a+b, /acct/ccc/x+y?prefix=a%20b"})
    void publicPathBecomesTheAccountsOwn(String path, String endpoint, String asked, String seen) throws IOException {
        StorageSettings blank = settings(endpoint, List.of("*"), false, Operation.values());
        StorageSettings whole = new StorageSettings(blank.mode(), blank.endpoint(), Service.BLOB, "acct", blank.key1(), null, blank.version(), blank.names(),
                blank.operations(), false);
        assertThat(new StorageAccount(whole, "public.test", path).onward(request("GET", asked), NOW).target()).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource({
        "https://acct.blob.public.test/ccc/a%20b, https://acct.blob.inner.test/ccc/a%20b",
        "http://ACCT.blob.public.test:8443/ccc/b?snapshot=1&sig=x&sv=2, https://acct.blob.inner.test/ccc/b?snapshot=1",
        "https://acct.blob.public.test//ccc/b//c, https://acct.blob.inner.test/ccc/b//c",
        "https://acct.blob.inner.test/ccc/b, https://acct.blob.inner.test/ccc/b"})
    void sourceOfACopyIsToldByItsPrivateName(String source, String seen) throws IOException {
        assertThat(open("blob").onward(request("PUT", "/ccc/x", "x-ms-copy-source: " + source), NOW).fields().first("x-ms-copy-source")).isEqualTo(seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://evil.test/ccc/b", "https://acct.blob.public.test.evil.test/ccc/b", "https://acct.blob.public.test@evil.test/ccc/b", "/acct/ccc/b",
        "https://acct.blob.inner.test:444/ccc/b", "ftp://acct.blob.public.test/ccc/b", "https://acct.blob.public.test", "https://acct.blob.public.test/secret/b",
        "https://acct.blob.public.test//secret/b", "https://acct.blob.public.test///",
        "https://acct.blob.public.test/ccc/../secret/b", "https://acct.blob.public.test/?comp=list", "https://acct.blob.public.test/ccc/b#x",
        "https://acct.blob.public.test/ccc?restype=container&comp=list", "http://169.254.169.254/ccc/b"})
    void sourceThatIsNotOpenIsNoSource(String source) {
        StorageAccount account = new StorageAccount(
                settings("https://acct.blob.inner.test", List.of("ccc"), false, Operation.WRITE, Operation.READ), "acct.blob.public.test", "");
        assertThat(refusal(account, request("PUT", "/ccc/x"))).isNull();
        assertThat(refusal(account, request("PUT", "/ccc/x", "x-ms-copy-source: " + source))).isNotNull();
    }

    @Test
    void sourceNeedsTheRightToReadAndARequestThatCopies() {
        StorageAccount writes = new StorageAccount(
                settings("https://acct.blob.inner.test", List.of("*"), false, Operation.WRITE), "acct.blob.public.test", "");
        String source = "x-ms-copy-source: https://acct.blob.public.test/ccc/b";
        assertThat(refusal(writes, request("PUT", "/ccc/x", source))).isEqualTo("403 AuthorizationPermissionMismatch");
        assertThat(refusal(open("blob"), request("GET", "/ccc/x", source))).isEqualTo("403 CannotVerifyCopySource");
        assertThat(refusal(open("blob"), request("PUT", "/ccc/x", source, source))).isEqualTo("403 CannotVerifyCopySource");
        assertThat(refusal(open("queue"), request("PUT", "/qqq", source))).isEqualTo("403 CannotVerifyCopySource");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "GET, /open/b, ", "GET, /log-1/b, ", "GET, /open?restype=container&comp=list, ", "PUT, /open/b, 403 AuthorizationPermissionMismatch",
        "DELETE, /open/b, 403 AuthorizationPermissionMismatch", "GET, /opened/b, 403 AuthorizationFailure", "GET, /log/b, 403 AuthorizationFailure",
        "GET, /?comp=list, 403 AuthorizationFailure", "GET, /b, 403 AuthorizationFailure", "PUT, /open/b?comp=new, 403 AuthorizationFailure",
        "GET, /open/../secret/b, 400 InvalidUri", "GET, /open/%2E%2e/secret/b, 400 InvalidUri", "GET, /open%2f..%2fsecret/b, 400 InvalidUri",
        "GET, /open/..%5csecret/b, 400 InvalidUri", "GET, /open/%252e%252e/secret, 400 InvalidUri", "GET, /open/., 400 InvalidUri", "GET, /open/a..b, ",
        "GET, /open/%zz, 400 InvalidUri", "GET, /open/%ff, 400 InvalidUri", "GET, /open/b?comp=list&Comp=metadata, 400 InvalidQueryParameterValue",
        "GET, /open/b?c%6Fmp=acl, 403 AuthorizationFailure", "GET, /open/b?%zz, 400 InvalidUri", "GET, /open/b??sig=x, 400 InvalidUri", "OPTIONS, /open/b, 403 AuthorizationFailure"})
    void onlyWhatIsOpenGoesOn(String method, String target, String refusal) {
        StorageAccount account = new StorageAccount(settings("https://acct.blob.inner.test", List.of("open", "log-*"), true), "acct.blob.public.test", "");
        assertThat(refusal(account, request(method, target))).isEqualTo(refusal);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void operationOpensItselfAlone(Operation open) {
        Map<Operation, String> blobs = Map.of(
                Operation.READ, "GET /ccc/b", Operation.LIST, "GET /ccc?restype=container&comp=list", Operation.WRITE, "PUT /ccc/b",
                Operation.DELETE, "DELETE /ccc/b", Operation.CREATE, "PUT /ccc?restype=container", Operation.DROP, "DELETE /ccc?restype=container",
                Operation.ADMIN, "PUT /ccc?restype=container&comp=acl");
        StorageAccount account = new StorageAccount(settings("https://acct.blob.inner.test", List.of("ccc"), false, open), "acct.blob.public.test", "");
        blobs.forEach((asked, request) -> {
            List<String> words = Accounts.words(request);
            assertThat(refusal(account, request(words.get(0), words.get(1)))).as("%s where %s is open", asked, open)
                    .isEqualTo(asked == open ? null : "403 AuthorizationPermissionMismatch");
        });
    }

    @Test
    void readOnlyLeavesReadingOfWhatIsOpen() {
        StorageAccount account = new StorageAccount(
                settings("https://acct.queue.inner.test", List.of("*"), true, Operation.READ, Operation.WRITE, Operation.PROCESS), "acct.queue.public.test", "");
        assertThat(refusal(account, request("GET", "/qqq/messages?peekonly=true"))).isNull();
        assertThat(refusal(account, request("GET", "/qqq/messages"))).isEqualTo("403 AuthorizationPermissionMismatch");
        assertThat(refusal(account, request("POST", "/qqq/messages", new Framing.Length(1)))).isEqualTo("403 AuthorizationPermissionMismatch");
        assertThat(refusal(account, request("GET", "/?comp=list"))).isEqualTo("403 AuthorizationPermissionMismatch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-HTTP-Method: DELETE", "x-http-method-override: MERGE", "X-HTTP-Method: merge", "X-HTTP-Method: PUT"})
    void methodInAHeaderIsNotLetThrough(String line) {
        assertThat(refusal(open("table"), request("POST", "/ttt(a)", new Framing.Length(1), line))).isEqualTo("403 AuthorizationFailure");
    }

    @Test
    void mergeMayBeSaidInAHeaderAsClientsOfTablesDo() {
        String merge = "X-HTTP-Method: MERGE";
        assertThat(refusal(open("table"), request("POST", "/ttt(a)", new Framing.Length(1), merge))).isNull();
        assertThat(refusal(open("table"), request("POST", "/ttt(a)", new Framing.Length(1), merge, merge))).isEqualTo("403 AuthorizationFailure");
        assertThat(refusal(open("table"), request("DELETE", "/ttt(a)", new Framing.Length(1), merge))).isEqualTo("403 AuthorizationFailure");
        assertThat(refusal(open("table"), request("POST", "/ttt", new Framing.Length(1), merge))).isEqualTo("403 AuthorizationFailure");
        assertThat(refusal(open("queue"), request("POST", "/qqq/messages", new Framing.Length(1), merge))).isEqualTo("403 AuthorizationFailure");
        StorageAccount reads = new StorageAccount(settings("https://acct.table.inner.test", List.of("*"), true), "acct.table.public.test", "");
        assertThat(refusal(reads, request("POST", "/ttt(a)", new Framing.Length(1), merge))).isEqualTo("403 AuthorizationPermissionMismatch");
    }

    @Test
    void tableIsTheSameInAnyCase() {
        StorageAccount account = new StorageAccount(settings("https://acct.table.inner.test", List.of("Orders"), true), "acct.table.public.test", "");
        assertThat(refusal(account, request("GET", "/orders()"))).isNull();
        assertThat(refusal(account, request("GET", "/ORDERS(PartitionKey='a',RowKey='b')"))).isNull();
        assertThat(refusal(account, request("GET", "/orders2()"))).isEqualTo("403 AuthorizationFailure");
    }

    @Test
    void containerIsMadePublicByWhoMayAdministerAlone() {
        StorageAccount account = new StorageAccount(
                settings("https://acct.blob.inner.test", List.of("*"), false, Operation.CREATE), "acct.blob.public.test", "");
        assertThat(refusal(account, request("PUT", "/ccc?restype=container"))).isNull();
        assertThat(refusal(account, request("PUT", "/ccc?restype=container", "x-ms-blob-public-access: blob"))).isEqualTo("403 AuthorizationPermissionMismatch");
    }

    @Test
    void bodyHasALengthThatIsKnown() throws IOException {
        assertThat(refusal(open("blob"), request("PUT", "/ccc/b", Framing.CHUNKED))).isEqualTo("411 MissingContentLengthHeader");
        assertThat(open("blob").onward(request("PUT", "/ccc/b"), NOW).body()).isEqualTo(new Framing.Length(0));
        assertThat(open("blob").onward(request("DELETE", "/ccc/b"), NOW).body()).isEqualTo(Framing.NONE);
        assertThat(open("blob").onward(request("PUT", "/ccc/b", new Framing.Length(1L << 40)), NOW).body()).isEqualTo(new Framing.Length(1L << 40));
    }

    private static ResponseHead answer(int status, String... lines) {
        Fields fields = new Fields();
        for (String line : lines) {
            fields.add(line.split(": ", -1)[0], line.split(": ", -1)[1]);
        }
        return new ResponseHead(status, "", Version.HTTP_1_1, fields, Framing.NONE);
    }

    @Test
    void otherKeyIsTriedWhereOneIsUnknownAndKeptThen() throws IOException {
        StorageAccount account = open("blob");
        RequestHead first = account.onward(request("GET", "/ccc/b"), NOW);
        assertThat(account.again(first, answer(200))).isNull();
        assertThat(account.again(first, answer(403, "x-ms-error-code: AuthorizationFailure"))).isNull();
        RequestHead second = Objects.requireNonNull(account.again(first, answer(403, "x-ms-error-code: AuthenticationFailed")));
        assertThat(second.fields().first("Authorization")).startsWith("SharedKey acct:").isNotEqualTo(first.fields().first("Authorization"));
        assertThat(second.fields().copy().remove("Authorization")).isEqualTo(first.fields().copy().remove("Authorization"));
        assertThat(account.onward(request("GET", "/ccc/b"), NOW).fields().first("Authorization")).isEqualTo(second.fields().first("Authorization"));
        RequestHead body = account.onward(request("PUT", "/ccc/b", new Framing.Length(3)), NOW);
        assertThat(account.again(body, answer(403, "x-ms-error-code: AuthenticationFailed"))).as("a body that is gone").isNull();
        RequestHead table = open("table").onward(request("GET", "/ttt"), NOW);
        assertThat(open("table").again(table, answer(403))).as("tables do not say it in a header").isNotNull();
    }

    private static StorageAccount sas() {
        return new StorageAccount(new StorageSettings(Mode.SAS_PREFIX, Endpoint.parse("https://acct.blob.inner.test"), null, null, null, null,
                ServiceVersion.parse("2017-11-09"), List.of(), List.of(), false), "acct.blob.public.test", "/acct");
    }

    @Test
    void sharedAccessSignatureGoesOnAsItCame() throws IOException {
        RequestHead seen = sas().onward(request("PUT", "/acct/ccc/b?sv=1&sig=a%2Bb&se=3", "Date: today", "x-ms-version: 2024-08-04",
                "x-ms-copy-source: https://acct.blob.public.test/acct/ccc/s?sig=x"), NOW);
        assertThat(seen.target()).isEqualTo("/ccc/b?sv=1&sig=a%2Bb&se=3");
        assertThat(seen.fields().toString()).isEqualTo(
                "host: acct.blob.inner.test\nx-ms-version: 2017-11-09\nx-ms-copy-source: https://acct.blob.inner.test/ccc/s?sig=x\n");
        assertThat(sas().again(seen, answer(403, "x-ms-error-code: AuthenticationFailed"))).isNull();
    }

    @Test
    void signatureForAnotherPathIsRefusedWithTheReason() {
        assertThat(refusal(sas(), request("GET", "/acct/ccc/b", "Authorization: SharedKey acct:x"))).isEqualTo("403 AuthenticationFailed");
        assertThat(refusal(sas(), request("GET", "/acct/ccc/b"))).as("without any proof").isNull();
    }

    @Test
    void refusalIsToldInTheFormOfTheService() {
        String why = "no \"<b>\" & \\ for \u00e9";
        assertThat(StorageError.of(Service.QUEUE, "AuthorizationFailure", why, "id-1").text()).isEqualTo("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error>"
                + "<Code>AuthorizationFailure</Code><Message>no \"&lt;b&gt;\" &amp; \\ for ?</Message></Error>");
        assertThat(StorageError.of(Service.TABLE, "AuthorizationFailure", why, "id-1").text()).isEqualTo("{\"odata.error\":{\"code\":\"AuthorizationFailure\",\"message\":"
                + "{\"lang\":\"en-US\",\"value\":\"no \\\"<b>\\\" & \\\\ for ?\"}}}");
        assertThat(StorageError.of(Service.BLOB, "ServerBusy", why, "id-1").fields().first("x-ms-request-id")).isEqualTo("id-1");
    }
}
