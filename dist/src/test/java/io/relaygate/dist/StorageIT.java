package io.relaygate.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A storage account behind edge, relay and site, whose key is at the site alone. Clients prove nothing; what comes to the emulator of
 * the storage services is signed so that it takes it.
 */
@ExtendWith(NothingLeftBehind.class)
class StorageIT {

    private static final String JSON = "Content-Type: application/json";
    private static final String PLAIN = "Accept: application/json;odata=nometadata";

    /** Everything is open to who comes by this name. */
    private static final String OPEN = "localhost";

    /** What begins with {@code open} can be read by who comes by this one. */
    private static final String READERS = "127.0.0.1";

    private static Azurite azurite;
    private static RelayGateProcess edge;
    private static RelayGateProcess site;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        Azurite.require();
        azurite = Azurite.start("storage-azurite");
        Path folder = Folders.fresh("storage");
        Path edgeFolder = Folders.create(folder.resolve("edge"));
        Path siteFolder = Folders.create(folder.resolve("site"));
        Folders.write(edgeFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("account.key"), Azurite.KEY);
        edge = RelayGateProcess.start(edgeFolder, "run", """
                relay: { listen: "127.0.0.1:0", hybridConnections: { hub: { keys: { site: { rights: [listen], primary: "${file:site.key}" } } } } }
                sites: { oslo: { namespaces: [embedded], hybridConnection: hub, services: [storage] } }
                entryPoints: { storage: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: storage, from: storage, to: oslo/storage, open: true }
                """)
                .bound();
        site = RelayGateProcess.start(siteFolder, "run", siteYaml()).ready();
        edge.ready();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static String siteYaml() {
        return """
                site: oslo
                namespaces: { own: { endpoint: "sb://localhost:%d/", caFile: "%s", credential: { sasKeyName: site, sasKey: "${file:site.key}" } } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: hub } }
                destinations:
                  blob: { addresses: ["127.0.0.1:%d"] }
                  queue: { addresses: ["127.0.0.1:%d"] }
                  table: { addresses: ["127.0.0.1:%d"] }
                routes:
                  - name: storage
                    from: hub
                    service: storage
                    protocol: http
                    open: true
                    with:
                      hosts:
                        %s: { paths: { %s, %s, %s } }
                        "%s": { paths: { %s, %s } }
                """.formatted(edge.port("relay"), edge.state().resolve("relay-ca.pem"), azurite.port("blob"), azurite.port("queue"), azurite.port("table"),
                OPEN, place("blob", "names: [\"*\"], operations: [read, list, write, delete, create, drop]"),
                place("queue", "names: [\"*\"], operations: [read, list, write, delete, process, create, drop]"),
                place("table", "names: [\"*\"], operations: [read, list, write, delete, create, drop]"),
                READERS, place("blob", "names: [\"open*\"], readOnly: true"), place("table", "names: [\"open*\"], readOnly: true"));
    }

    private static String place(String service, String policy) {
        return "/%s: { to: %s, storage: { service: %s, account: %s, endpoint: \"http://127.0.0.1:%d/%s\", key1: \"${file:account.key}\", %s } }"
                .formatted(service, service, service, Azurite.ACCOUNT, azurite.port(service), Azurite.ACCOUNT, policy);
    }

    @AfterAll
    static void stop() {
        Closing.all(client, site, edge, azurite);
    }

    private static HttpResponse<String> by(String host, String method, String target, String body, String... lines) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + edge.port("storage") + target))
                .method(method, body.isEmpty() && !method.equals("PUT") ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        Arrays.stream(lines).map(line -> line.split(": ", 2)).forEach(line -> request.header(line[0], line[1]));
        return sent(request.build());
    }

    private static HttpResponse<String> sent(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(request.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Asks where everything is open; the answer's body, if it has the status. */
    private static String ask(int status, String method, String target, String body, String... lines) {
        HttpResponse<String> answer = by(OPEN, method, target, body, lines);
        assertThat(answer.statusCode()).as("%s %s: %s", method, target, answer.body()).isEqualTo(status);
        return answer.body();
    }

    private static String get(String target) {
        return ask(200, "GET", target, "");
    }

    private static void container(String name) {
        ask(201, "PUT", "/blob/" + name + "?restype=container", "");
    }

    @Test
    void blobsAreWrittenReadListedAndDeleted() {
        container("first");
        ask(201, "PUT", "/blob/first/a%20b", "hello world", "x-ms-blob-type: BlockBlob", "Content-Type: text/plain", "x-ms-meta-a_b: 1", "x-ms-meta-a1: 2  2",
                "x-ms-meta-ab: 3");
        assertThat(get("/blob/first/a%20b?timeout=9")).isEqualTo("hello world");
        assertThat(ask(206, "GET", "/blob/first/a%20b", "", "Range: bytes=2-5")).isEqualTo("llo ");
        assertThat(ask(206, "GET", "/blob/first/a%20b", "", "x-ms-range: bytes=6-")).isEqualTo("world");
        Map<String, List<String>> told = by(OPEN, "HEAD", "/blob/first/a%20b", "").headers().map();
        assertThat(told).containsEntry("x-ms-meta-a1", List.of("2  2")).containsEntry("content-type", List.of("text/plain"));
        ask(200, "PUT", "/blob/first/a%20b?comp=metadata", "", "x-ms-meta-new: x");
        assertThat(by(OPEN, "GET", "/blob/first/a%20b?comp=metadata", "").headers().firstValue("x-ms-meta-new")).contains("x");
        ask(201, "PUT", "/blob/first/%C3%BC%2B//%252F.txt", "odd", "x-ms-blob-type: BlockBlob");
        assertThat(get("/blob/first/%C3%BC%2B//%252F.txt")).isEqualTo("odd");
        assertThat(get("/blob/first?restype=container&comp=list&prefix=%C3%BC%2B&include=metadata")).contains("<Name>\u00fc+//%2F.txt</Name>");
        assertThat(get("/blob/first?restype=container&comp=list&prefix=a+&delimiter=%2F")).contains("<Name>a b</Name>");
        assertThat(get("/blob?comp=list")).contains("<Name>first</Name>");
        String tag = by(OPEN, "HEAD", "/blob/first/a%20b", "").headers().firstValue("ETag").orElseThrow();
        assertThat(by(OPEN, "GET", "/blob/first/a%20b", "", "If-None-Match: " + tag).statusCode()).isEqualTo(304);
        ask(202, "DELETE", "/blob/first/a%20b", "");
        ask(404, "GET", "/blob/first/a%20b", "");
        ask(202, "DELETE", "/blob/first?restype=container", "");
    }

    @Test
    void largeBlobIsMadeOfBlocks() {
        container("blocks");
        String block = "0123456789abcdef".repeat(1 << 18);
        ask(201, "PUT", "/blob/blocks/b?comp=block&blockid=QUFB", block);
        ask(201, "PUT", "/blob/blocks/b?comp=block&blockid=QUF%2B", "end");
        ask(201, "PUT", "/blob/blocks/b?comp=blocklist",
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList><Latest>QUFB</Latest><Latest>QUF+</Latest></BlockList>");
        assertThat(get("/blob/blocks/b").equals(block + "end")).as("the same").isTrue();
        assertThat(get("/blob/blocks/b?comp=blocklist&blocklisttype=committed")).contains("<Name>QUFB</Name>", "<Name>QUF+</Name>");
        ask(201, "PUT", "/blob/blocks/empty", "", "x-ms-blob-type: BlockBlob");
        assertThat(get("/blob/blocks/empty")).isEmpty();
    }

    @Test
    void blobIsCopiedByItsPublicName() {
        container("copies");
        ask(201, "PUT", "/blob/copies/from", "copy me", "x-ms-blob-type: BlockBlob");
        ask(202, "PUT", "/blob/copies/to", "", "x-ms-copy-source: http://" + OPEN + ":" + edge.port("storage") + "/blob/copies/from");
        assertThat(get("/blob/copies/to")).isEqualTo("copy me");
        assertThat(ask(403, "PUT", "/blob/copies/to", "", "x-ms-copy-source: http://elsewhere.test/blob/copies/from"))
                .contains("<Code>CannotVerifyCopySource</Code>");
    }

    @Test
    void officialClientsNeedNoKey() {
        assertThat(Azurite.clients("http://" + OPEN + ":" + edge.port("storage")).orFail().out()).isEqualTo("blobs\nqueues\ntables\n");
    }

    @Test
    void whatAClientSaysForProofIsDropped() {
        container("proofs");
        ask(201, "PUT", "/blob/proofs/b?sv=2019-12-12&sig=forged&se=2030-01-01", "x", "x-ms-blob-type: BlockBlob",
                "Authorization: SharedKey someone:forged", "x-ms-version: 2099-01-01", "x-ms-date: Thu, 01 Jan 1970 00:00:00 GMT");
        assertThat(get("/blob/proofs/b")).isEqualTo("x");
    }

    @Test
    void messagesArePutPeekedTakenAndDeleted() {
        ask(201, "PUT", "/queue/orders", "", "x-ms-meta-k: v");
        ask(201, "POST", "/queue/orders/messages", "<QueueMessage><MessageText>aGVsbG8=</MessageText></QueueMessage>", "Content-Type: application/xml");
        assertThat(get("/queue/orders/messages?peekonly=true")).contains("aGVsbG8=");
        String taken = get("/queue/orders/messages?numofmessages=1&visibilitytimeout=30");
        String id = taken.replaceAll("(?s).*<MessageId>(.*)</MessageId>.*", "$1");
        String receipt = taken.replaceAll("(?s).*<PopReceipt>(.*)</PopReceipt>.*", "$1");
        ask(204, "DELETE", "/queue/orders/messages/" + id + "?popreceipt=" + URLEncoder.encode(receipt, UTF_8), "");
        assertThat(get("/queue?comp=list")).contains("<Name>orders</Name>");
        assertThat(by(OPEN, "GET", "/queue/orders?comp=metadata", "").headers().firstValue("x-ms-meta-k")).contains("v");
        ask(204, "DELETE", "/queue/orders", "");
    }

    @Test
    void entitiesAreInsertedQueriedMergedAndDeleted() {
        ask(201, "POST", "/table/Tables", "{\"TableName\":\"orders\"}", JSON, PLAIN);
        ask(201, "POST", "/table/orders", "{\"PartitionKey\":\"p\",\"RowKey\":\"r 1\",\"N\":1}", JSON, PLAIN);
        String entity = "/table/orders(PartitionKey=%27p%27,RowKey=%27r%201%27)";
        assertThat(ask(200, "GET", "/table/orders()?$filter=N%20eq%201&$select=RowKey", "", PLAIN)).contains("\"RowKey\":\"r 1\"");
        ask(204, "MERGE", entity, "{\"M\":2}", JSON, PLAIN, "If-Match: *");
        assertThat(ask(200, "GET", entity, "", PLAIN)).contains("\"N\":1", "\"M\":2");
        ask(204, "PUT", entity, "{\"L\":3}", JSON, PLAIN, "If-Match: *");
        assertThat(ask(200, "GET", entity, "", PLAIN)).contains("\"L\":3").doesNotContain("\"M\"");
        String batch = "--batch_1\r\nContent-Type: multipart/mixed; boundary=changeset_1\r\n\r\n--changeset_1\r\nContent-Type: application/http\r\n"
                + "Content-Transfer-Encoding: binary\r\n\r\nPOST http://127.0.0.1:" + azurite.port("table") + "/" + Azurite.ACCOUNT + "/orders HTTP/1.1\r\n"
                + JSON + "\r\n" + PLAIN + "\r\nPrefer: return-no-content\r\nDataServiceVersion: 3.0;\r\n\r\n{\"PartitionKey\":\"p\",\"RowKey\":\"b\"}\r\n"
                + "--changeset_1--\r\n--batch_1--\r\n";
        assertThat(ask(202, "POST", "/table/$batch", batch, "Content-Type: multipart/mixed; boundary=batch_1", PLAIN)).contains("204 No Content");
        assertThat(ask(200, "GET", "/table/orders()", "", PLAIN)).contains("\"RowKey\":\"b\"", "\"RowKey\":\"r 1\"");
        assertThat(ask(200, "GET", "/table/Tables", "", PLAIN)).contains("orders");
        ask(204, "DELETE", entity, "", PLAIN, "If-Match: *");
        ask(204, "DELETE", "/table/Tables(%27orders%27)", "", PLAIN);
    }

    @Test
    void onlyWhatIsOpenIsReached() {
        container("open-1");
        container("closed");
        ask(201, "PUT", "/blob/open-1/b", "read me", "x-ms-blob-type: BlockBlob");
        ask(201, "PUT", "/blob/closed/b", "secret", "x-ms-blob-type: BlockBlob");
        assertThat(by(READERS, "GET", "/blob/open-1/b", "").body()).isEqualTo("read me");
        assertThat(by(READERS, "GET", "/blob/open-1?restype=container&comp=list", "").body()).contains("<Name>b</Name>");
        for (String refused : new String[] {"GET /blob/closed/b", "GET /blob?comp=list", "PUT /blob/open-1/c", "DELETE /blob/open-1/b",
            "DELETE /blob/open-1?restype=container", "GET /blob/open-1?restype=container&comp=acl", "GET /table/secrets()", "POST /table/$batch"}) {
            HttpResponse<String> answer = by(READERS, refused.split(" ", -1)[0], refused.split(" ", -1)[1], "", "x-ms-blob-type: BlockBlob");
            assertThat(answer.statusCode()).as(refused).isEqualTo(403);
            assertThat(answer.headers().firstValue("x-ms-error-code")).as(refused).get().asString().startsWith("Authorization");
            assertThat(answer.body()).contains(refused.contains("/table") ? "{\"odata.error\":{\"code\":\"Authorization" : "<Error><Code>Authorization");
        }
        assertThat(by(READERS, "HEAD", "/blob/closed/b", "").headers().firstValue("x-ms-error-code")).contains("AuthorizationFailure");
        assertThat(by(READERS, "GET", "/queue/orders/messages", "").statusCode()).as("a service that is not served").isEqualTo(404);
    }

    @Test
    void bodyOfUnknownLengthIsRefused() {
        HttpRequest chunked = HttpRequest.newBuilder(URI.create("http://" + OPEN + ":" + edge.port("storage") + "/blob/any/b"))
                .PUT(BodyPublishers.fromPublisher(BodyPublishers.ofString("x")))
                .build();
        HttpResponse<String> answer = sent(chunked);
        assertThat(answer.statusCode()).isEqualTo(411);
        assertThat(answer.body()).contains("<Code>MissingContentLengthHeader</Code>");
    }
}
