package io.relaygate.plugins.http.storage;

import static io.relaygate.plugins.http.storage.Accounts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.RequestHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is signed of a request, by the rules of "Authorize with Shared Key"; whether a service takes it, StorageIT tries. */
class StringToSignTest {

    record Case(String what, Service service, RequestHead head, List<String> lines) {

        Case(String what, Service service, RequestHead head, String... lines) {
            this(what, service, head, List.of(lines));
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("metadata of a container", Service.BLOB,
                        request("GET", "/mycontainer?restype=container&comp=metadata&timeout=20",
                                "x-ms-version: 2015-02-21", "x-ms-date: Fri, 26 Jun 2015 23:39:12 GMT"),
                        "GET", "", "", "", "", "", "", "", "", "", "", "", "x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-version:2015-02-21",
                        "/acct/mycontainer", "comp:metadata", "restype:container", "timeout:20"),
                new Case("list of blobs", Service.BLOB,
                        request("GET", "/mycontainer?restype=container&comp=list&include=snapshots&include=metadata&include=uncommittedblobs", "x-ms-date: D"),
                        "GET", "", "", "", "", "", "", "", "", "", "", "", "x-ms-date:D",
                        "/acct/mycontainer", "comp:list", "include:metadata,snapshots,uncommittedblobs", "restype:container"),
                new Case("every standard header", Service.BLOB,
                        request("PUT", "/c/b", new Framing.Length(11), "Content-Encoding: gzip", "content-language: no", "CONTENT-MD5: m", "Content-Type: text/plain",
                                "If-Modified-Since: a", "If-Match: b", "If-None-Match: c", "If-Unmodified-Since: d", "Range: bytes=0-1", "Date: never", "Accept: x"),
                        "PUT", "gzip", "no", "11", "m", "text/plain", "", "a", "b", "c", "d", "bytes=0-1", "/acct/c/b"),
                new Case("no length where there is nothing", Service.QUEUE, request("PUT", "/q", new Framing.Length(0)),
                        "PUT", "", "", "", "", "", "", "", "", "", "", "", "/acct/q"),
                new Case("headers by name, their space as it is, and those without value", Service.BLOB,
                        request("PUT", "/c/b", "x-ms-meta-ab: 3", "X-MS-Meta-a1: 2", "x-ms-meta-a_b: 1", "x-ms-empty:", "x-ms-blob-type: Block  \t Blob", "x-m: no"),
                        "PUT", "", "", "", "", "", "", "", "", "", "", "", "x-ms-blob-type:Block  \t Blob", "x-ms-empty:", "x-ms-meta-a_b:1", "x-ms-meta-a1:2",
                        "x-ms-meta-ab:3", "/acct/c/b"),
                new Case("path as it came, query decoded", Service.BLOB, request("GET", "/acct/c/a%20b//%C3%BC%2F?Prefix=%C3%BC%2b&b=2&A=%26&a=1"),
                        "GET", "", "", "", "", "", "", "", "", "", "", "", "/acct/acct/c/a%20b//%C3%BC%2F", "a:&,1", "b:2", "prefix:ü+"),
                new Case("table: date, and comp alone of the query", Service.TABLE,
                        request("GET", "/t()?$filter=a%20eq%201&comp=acl&timeout=3", "x-ms-date: D", "x-ms-version: v", "Content-Type: application/json", "Content-MD5: m"),
                        "GET", "m", "application/json", "D", "/acct/t()?comp=acl"),
                new Case("table: method of its own", Service.TABLE, request("MERGE", "/t(PartitionKey='a',RowKey='b')", new Framing.Length(5), "x-ms-date: D"),
                        "MERGE", "", "", "D", "/acct/t(PartitionKey='a',RowKey='b')"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void stringToSignIsTheServices(Case wanted) throws StorageRefusedException {
        assertThat(StringToSign.of(wanted.service(), "acct", wanted.head())).isEqualTo(String.join("\n", wanted.lines()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-ms-meta-a: \u00e9", "Content-Type: \u00ff"})
    void headerThatIsReadInSeveralWaysIsNotSigned(String line) {
        assertThatThrownBy(() -> StringToSign.of(Service.BLOB, "acct", request("GET", "/c/b", line))).isInstanceOf(StorageRefusedException.class);
    }

    @Test
    void headerThatCameTwiceIsNotSigned() {
        assertThatThrownBy(() -> StringToSign.of(Service.BLOB, "acct", request("GET", "/c/b", "x-ms-range: a", "X-Ms-Range: b")))
                .isInstanceOf(StorageRefusedException.class);
    }

    /** Computed with {@code openssl dgst -sha256 -mac HMAC}. */
    @Test
    void signatureIsHmacSha256WithTheDecodedKey() throws Exception {
        Keys keys = new Keys(new Accounts.Told(Accounts.KEY), new Accounts.Told(Accounts.OTHER_KEY));
        assertThat(keys.sign("GET\n\nü")).isEqualTo("WNYMGzCToSxpO95TujJExXam80yWasNLIwUJfvgGsCA=");
        assertThat(keys.signOtherwise("GET\n\nü", "WNYMGzCToSxpO95TujJExXam80yWasNLIwUJfvgGsCA=")).isEqualTo("3aG3wU1ppUYnvM9EQRypmIGvL1C96dTqAvUsMy0vzPo=");
        assertThat(keys.sign("GET\n\nü")).as("the other is taken for the good one").isEqualTo("3aG3wU1ppUYnvM9EQRypmIGvL1C96dTqAvUsMy0vzPo=");
        assertThat(keys.signOtherwise("GET\n\nü", "3aG3wU1ppUYnvM9EQRypmIGvL1C96dTqAvUsMy0vzPo=")).isEqualTo("WNYMGzCToSxpO95TujJExXam80yWasNLIwUJfvgGsCA=");
    }
}
