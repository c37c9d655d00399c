package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.relaygate.net.HttpHead;
import io.relaygate.relay.SasToken;
import io.relaygate.relay.server.RelaySettings.HybridConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What programs are told that ask the relay about a hybrid connection, as Microsoft's libraries ask. */
class RuntimeInformationTest extends AtARelay {

    private static final String METADATA = "[{\"key\":\"endpoint\",\"value\":\"<sql01>:1433 & more\"}]";
    private static final String NAMESPACE = "http://schemas.microsoft.com/netservices/2010/10/servicebus/connect";
    private static final String OWN = "X-PROCESS-AT: ServiceBus~";

    @Override
    RelaySettings settings() {
        return RelayFixture.with(
                    Map.of(
                            "told", new HybridConnection(Map.of("send", RelayFixture.key("send", null, RelaySettings.Right.SEND)), true, METADATA),
                            "deep/er", new HybridConnection(Map.of(), false, null)),
                    RelayFixture.ROOT_KEY);
    }

    private HttpSender ask(String method, String path, String fields) throws IOException {
        return HttpSender.of(relay).send(method + " /" + path + "?api-version=2016-07 HTTP/1.1~Host: localhost~" + fields + "~");
    }

    private static String token(String path, String keyName, String key) {
        return "Authorization: "
                + SasToken.mint("http://localhost/" + path, keyName, key.toCharArray(), Instant.now().plusSeconds(600)).text()
                + "~";
    }

    private Element description(String path) throws Exception {
        HttpSender sender = ask("GET", path, OWN + token(path, "root", RelayFixture.ROOT_KEY));
        HttpHead head = sender.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("Content-Type")).isEqualTo("application/atom+xml;type=entry;charset=utf-8");
        Element entry = xml(sender.body(head));
        assertThat(entry.getLocalName()).isEqualTo("entry");
        Element content = (Element) entry.getElementsByTagNameNS("http://www.w3.org/2005/Atom", "content").item(0);
        assertThat(content.getAttribute("type")).isEqualTo("application/xml");
        return (Element) content.getElementsByTagNameNS(NAMESPACE, "HybridConnectionDescription").item(0);
    }

    private static Element xml(byte[] bytes) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new java.io.ByteArrayInputStream(bytes)).getDocumentElement();
    }

    private static String names(Element description) {
        StringBuilder names = new StringBuilder();
        NodeList children = description.getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            Node child = children.item(i);
            assertThat(child.getNamespaceURI()).isEqualTo(NAMESPACE);
            names.append(child.getLocalName()).append(' ');
        }
        return names.toString().strip();
    }

    private static String value(Element description, String name) {
        return description.getElementsByTagNameNS(NAMESPACE, name).item(0).getTextContent();
    }

    @Test
    void tellsWhatIsKnownInTheOrderThatReadersNeed() throws Exception {
        Element description = description("told");
        assertThat(names(description)).isEqualTo("CreatedAt UpdatedAt RequiresClientAuthorization UserMetadata ListenerCount");
        assertThat(value(description, "UserMetadata")).isEqualTo(METADATA);
        assertThat(value(description, "RequiresClientAuthorization")).isEqualTo("true");
        assertThat(value(description, "ListenerCount")).isEqualTo("0");
        Instant created = Instant.parse(value(description, "CreatedAt"));
        assertThat(Duration.between(created, Instant.now()).abs()).isLessThan(Duration.ofMinutes(5));
        assertThat(value(description, "UpdatedAt")).isEqualTo(value(description, "CreatedAt"));
        Element open = description("deep/er");
        assertThat(names(open)).doesNotContain("UserMetadata");
        assertThat(value(open, "RequiresClientAuthorization")).isEqualTo("false");
    }

    @Test
    void countsListenersAndNotesChanges() throws Exception {
        RawClient one = RawClient.listener(relay, "told");
        RawClient.listener(relay, "told");
        String created = value(description("told"), "CreatedAt");
        assertThat(value(description("told"), "ListenerCount")).isEqualTo("2");
        one.close();
        await().untilAsserted(() -> assertThat(value(description("told"), "ListenerCount")).isEqualTo("1"));
        relay.clock.ahead = Duration.ofMinutes(1);
        relay.relay.prepare(RelayFixture.with(
                        Map.of("told", new HybridConnection(Map.of(), true, "new")), RelayFixture.ROOT_KEY))
                .run();
        Element changed = description("told");
        assertThat(value(changed, "UserMetadata")).isEqualTo("new");
        assertThat(value(changed, "CreatedAt")).isEqualTo(created);
        assertThat(Instant.parse(value(changed, "UpdatedAt"))).isAfterOrEqualTo(Instant.parse(created).plusSeconds(60));
        assertThat(value(changed, "ListenerCount")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"nowhere", "told/below", "deep", "''"})
    void answersWithAnEmptyFeedForWhatIsNotThere(String path) throws Exception {
        HttpSender sender = ask("GET", path, OWN + token("", "root", RelayFixture.ROOT_KEY));
        HttpHead head = sender.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.field("Content-Type")).isEqualTo("application/atom+xml;type=feed;charset=utf-8");
        assertThat(xml(sender.body(head)).getLocalName()).isEqualTo("feed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET    | told    | -    | -    | 401 | TokenMissingOrInvalid | MissingToken: ",
        "GET    | nowhere | -    | -    | 401 | TokenMissingOrInvalid | MissingToken: ",
        "GET    | deep/er | -    | -    | 401 | TokenMissingOrInvalid | MissingToken: ",
        "GET    | told    | root | odd  | 401 | TokenMissingOrInvalid | InvalidSignature: ",
        "GET    | told    | send | send | 401 | TokenMissingOrInvalid | Unauthorized access. 'Manage' claim(s)",
        "DELETE | told    | root | ROOT | 405 | MethodNotAllowed      | The configuration of the relay"
    })
    void refusesInJsonWhoeverMayNotAsk(
            String method, String path, String keyName, String key, int status, String code, String words) throws Exception {
        String token = keyName.equals("-") ? "" : token(path, keyName, key.replace("ROOT", RelayFixture.ROOT_KEY));
        HttpSender sender = ask(method, path, OWN + token);
        HttpHead head = sender.head();
        assertThat(head.status()).isEqualTo(status);
        assertThat(sender.text(head))
                .startsWith("{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + words)
                .contains("TrackingId:");
    }

    @Test
    void leavesRequestsWithSuchAQueryToTheListener() throws Exception {
        RawClient listener = RawClient.listener(relay, "deep/er");
        HttpSender sender = ask("GET", "deep/er", "X-PROCESS-AT: elsewhere~");
        listener.sendText(HttpRequestsTest.response(HttpRequestsTest.request(listener), 203, false).toJson());
        assertThat(sender.head().status()).isEqualTo(203);
    }

    @Test
    void answersHeadWithoutABody() throws Exception {
        HttpSender sender = ask("HEAD", "told", OWN + token("told", "root", RelayFixture.ROOT_KEY));
        assertThat(sender.head().status()).isEqualTo(200);
        assertThat(sender.link.in().readAllBytes()).isEmpty();
    }
}
