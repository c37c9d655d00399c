package io.relaygate.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Microsoft's clients for Java use a storage account that behaves as one of Azure Stack Hub, through edge, relay and site. Whatever goes
 * well without the gateway goes well through it; and versions that Stack Hub does not know go well through it alone.
 */
@ExtendWith(NothingLeftBehind.class)
class AzureSdkIT {

    private static final List<String> SERVICES = List.of("blob", "queue", "table");

    /** Of a blob's address the client makes one with an empty segment, and the source of a copy is not found there. */
    private static final List<String> NOT_EVEN_WITHOUT_IT = List.of("a copy");

    private static Path folder;
    private static Azurite azurite;
    private static StackFront lenient;
    private static StackFront strict;
    private static RelayGateProcess edge;
    private static RelayGateProcess site;

    /** What has not gone well, by what is between client and account. */
    private static Map<String, List<String>> ill;

    @BeforeAll
    static void start() {
        Azurite.require();
        folder = Folders.fresh("azure-sdk");
        azurite = Azurite.start("azure-sdk-azurite");
        lenient = StackFront.of(azurite, false);
        strict = StackFront.of(azurite, true);
        Path edgeFolder = Folders.create(folder.resolve("edge"));
        Path siteFolder = Folders.create(folder.resolve("site"));
        Folders.write(edgeFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("account.key"), Azurite.KEY);
        Folders.write(folder.resolve("hosts"), "127.0.0.1 localhost " + SERVICES.stream()
                .flatMap(service -> Stream.of(StackFront.REGION, "pass.test", "sign.test").map(region -> host(service, region)))
                .collect(Collectors.joining(" ")) + "\n");
        edge = RelayGateProcess.asShipped(edgeFolder, "run", """
                relay: { listen: "127.0.0.1:0", hybridConnections: { hub: { keys: { site: { rights: [listen], primary: "${file:site.key}" } } } } }
                sites: { oslo: { namespaces: [embedded], hybridConnection: hub, services: [blob, queue, table] } }
                entryPoints: { blob: { listen: "127.0.0.1:0" }, queue: { listen: "127.0.0.1:0" }, table: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: blob, from: blob, to: oslo/blob, open: true }
                  - { name: queue, from: queue, to: oslo/queue, open: true }
                  - { name: table, from: table, to: oslo/table, open: true }
                """).bound();
        site = RelayGateProcess.asShipped(siteFolder, "run", """
                site: oslo
                namespaces: { own: { endpoint: "sb://localhost:%d/", caFile: "%s", credential: { sasKeyName: site, sasKey: "${file:site.key}" } } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: hub } }
                destinations:
                  lenient: { addresses: ["127.0.0.1:%d"] }
                  strict: { addresses: ["127.0.0.1:%d"] }
                routes:
                """.formatted(edge.port("relay"), edge.state().resolve("relay-ca.pem"), lenient.port(), strict.port())
                + SERVICES.stream().map(AzureSdkIT::route).collect(Collectors.joining())).ready();
        edge.ready();
        ill = tried();
    }

    /** One program tries everything, since most of its time is its start. */
    private static Map<String, List<String>> tried() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                "-cp", System.getProperty("java.class.path"), AzureClients.class.getName()));
        command.addAll(run("KEY", Azurite.KEY, "direct", service -> "http://" + host(service, StackFront.REGION) + ":" + lenient.port()));
        command.addAll(run("KEY", Azurite.KEY, "pass", service -> "http://" + host(service, "pass.test") + ":" + edge.port(service)));
        command.addAll(run("SAS", "sv=2017-11-09&sig=none", "sign", service -> "http://" + host(service, "sign.test") + ":" + edge.port(service)));
        command.addAll(run("SAS", sas(), "shared", service -> "http://" + host(service, StackFront.REGION) + ":" + lenient.port()));
        command.addAll(run("SAS", sas(), "path", service -> "http://127.0.0.1:" + edge.port(service) + "/" + Azurite.ACCOUNT));
        Programs.Ended ended = Programs.in(folder).within(Duration.ofMinutes(5)).start(command).orFail();
        ended.err().lines().filter(line -> line.contains("64 MiB") || !line.endsWith(" ms")).forEach(System.out::println);
        assertThat(ended.out().lines().filter(line -> line.contains(": well: "))).hasSizeGreaterThan(100);
        return ended.out().lines()
                .filter(line -> line.contains(": ill: "))
                .map(line -> line.split(": ill: ", 2))
                .collect(Collectors.groupingBy(each -> each[0], Collectors.mapping(each -> each[1], Collectors.toList())));
    }

    private static List<String> run(String proof, String secret, String name, UnaryOperator<String> address) {
        return Stream.concat(Stream.of(proof, Azurite.ACCOUNT, secret, name), SERVICES.stream().map(address)).toList();
    }

    private static String host(String service, String region) {
        return Azurite.ACCOUNT + "." + service + "." + region;
    }

    private static String route(String service) {
        String inner = host(service, StackFront.REGION);
        String all = "names: [\"*\"], operations: [read, list, write, delete, create, drop" + (service.equals("queue") ? ", process" : "") + "]";
        return """
                  - name: %1$s
                    from: hub
                    service: %1$s
                    protocol: http
                    open: true
                    with:
                      hosts:
                        "%2$s": { to: lenient, host: "%3$s" }
                        "%4$s": { to: strict, storage: { endpoint: "http://%3$s/", key1: "${file:account.key}", %5$s } }
                        "127.0.0.1": { paths: { /%6$s: { to: strict, storage: { mode: sas-prefix, endpoint: "http://%3$s/" } } } }
                """.formatted(service, host(service, "pass.test"), inner, host(service, "sign.test"), all, Azurite.ACCOUNT);
    }

    @AfterAll
    static void stop() {
        Closing.all(site, edge, strict, lenient, azurite);
    }

    /** A shared access signature for the account in the latest version that Stack Hub takes ("Create an account SAS" of the REST API). */
    private static String sas() {
        String until = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS).toString();
        String text = String.join("\n", Azurite.ACCOUNT, "rwdlacup", "bqt", "sco", "", until, "", "", "2017-11-09", "");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(Azurite.KEY), "HmacSHA256"));
            String signature = Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
            return "sv=2017-11-09&ss=bqt&srt=sco&sp=rwdlacup&se=" + URLEncoder.encode(until, UTF_8) + "&sig=" + URLEncoder.encode(signature, UTF_8);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatGoesWellWithoutTheGatewayGoesWellThroughItUnderTheSameSignatures() {
        assertThat(ill.get("direct")).as("without the gateway").isEqualTo(NOT_EVEN_WITHOUT_IT);
        assertThat(ill.get("pass")).isEqualTo(NOT_EVEN_WITHOUT_IT);
    }

    @Test
    void newClientsWithoutAKeyUseAnAccountThatTakesOldVersionsAlone() {
        assertThat(ill).doesNotContainKey("sign");
    }

    @Test
    void newClientsWithASharedAccessSignatureUseSuchAnAccountByAnotherPath() {
        assertThat(ill.get("shared")).as("without the gateway").isSubsetOf("a copy", "a page blob");
        assertThat(ill.get("path")).isSubsetOf(ill.get("shared"));
    }

    @Test
    void withoutTheGatewayTheAccountRefusesNewClients() throws Exception {
        URI there = URI.create("http://127.0.0.1:" + strict.port() + "/?comp=list");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(there).build(), BodyHandlers.ofString());
            assertThat(answer.body()).as("an address is no name").contains("<Code>InvalidUri</Code>");
        }
        String told = Programs.in(folder).start("curl", "-sS", "-H", "Host: " + host("blob", StackFront.REGION), "-H", "x-ms-version: 2019-02-02", there.toString())
                .orFail().out();
        assertThat(told).contains("<Code>InvalidHeaderValue</Code>", "<HeaderValue>2019-02-02</HeaderValue>");
    }
}
