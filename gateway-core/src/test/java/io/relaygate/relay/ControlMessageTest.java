package io.relaygate.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.relay.ControlMessage.Accept;
import io.relaygate.relay.ControlMessage.Call;
import io.relaygate.relay.ControlMessage.RenewToken;
import io.relaygate.relay.ControlMessage.Request;
import io.relaygate.relay.ControlMessage.Response;
import io.relaygate.relay.ControlMessage.Unknown;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlMessageTest {

    private static final String AZURE = """
            {"accept":{"address":"wss://g1-prod.servicebus.windows.net:443/$hc/hc1?sb-hc-action=accept&sb-hc-id=x",
             "id":"f2a1_G0_G1","connectHeaders":{"Host":"ns","Sec-WebSocket-Key":"k==","X-N":7,"x-n":"8","X-Null":null},
             "remoteEndpoint":{"address":"192.0.2.7","port":51312,"more":[1,{"a":2}]},"future":{"x":[true]}}}""";

    @Test
    void readsWhatAzureSends() {
        Accept accept = (Accept) ControlMessage.parse(AZURE);
        assertThat(accept.address()).endsWith("sb-hc-id=x");
        assertThat(accept.id()).isEqualTo("f2a1_G0_G1");
        assertThat(accept.headers()).containsEntry("host", "ns").containsEntry("X-N", "7, 8").containsEntry("x-null", "");
        assertThat(accept.remoteAddress()).isEqualTo("192.0.2.7");
        assertThat(accept.remotePort()).isEqualTo(51312);
    }

    @Test
    void readsWhatItHasWritten() {
        Accept accept = new Accept("wss://h/$hc/a?b", "id", Map.of("A\"\\\n", "ü\t"), "::1", 5);
        assertThat(ControlMessage.parse(accept.toJson())).isEqualTo(accept);
        assertThat(ControlMessage.parse(new RenewToken("SharedAccessSignature sr=x").toJson()))
                .isEqualTo(new RenewToken("SharedAccessSignature sr=x"));
        assertThat(new RenewToken("secret").toString()).doesNotContain("secret");
    }

    @Test
    void readsRequestsAndResponsesThatItHasWritten() {
        Call call = new Call("PUT", "/a?b", Map.of("X", "1, 2"), "192.0.2.1", 5, true);
        Request whole = new Request("wss://h/$hc/a?b", "id", call);
        assertThat(ControlMessage.parse(whole.toJson())).isEqualTo(whole);
        Request toFetch = new Request("wss://h/$hc/a?b", "id", null);
        assertThat(ControlMessage.parse(toFetch.toJson())).isEqualTo(toFetch);
        assertThat(toFetch.toJson()).isEqualTo("{\"request\":{\"address\":\"wss://h/$hc/a?b\",\"id\":\"id\"}}");
        Response response = new Response("id", 404, "None", Map.of("A", "b"), true);
        assertThat(ControlMessage.parse(response.toJson())).isEqualTo(response);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'\"200\"' | 200", "200 | 200", "'\"x\"' | -1", "99 | -1", "2.5 | -1", "[200] | -1", "-200 | -1", "null | -1", "99999999999 | -1"
    })
    void statusIsANumberOrTheTextOfOne(String written, int status) {
        Response response = (Response) ControlMessage.parse("{\"response\":{\"requestId\":\"1\",\"statusCode\":" + written + "}}");
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isFalse();
    }

    @Test
    void requestWithoutBodyOrMethodIsToBeFetched() {
        for (String part : new String[] {"\"method\":\"GET\"", "\"body\":true", "\"requestHeaders\":{\"a\":\"b\"}"}) {
            Request request = (Request) ControlMessage.parse("{\"request\":{\"address\":\"wss://h/\",\"id\":\"1\"," + part + "}}");
            assertThat(request.call()).isNull();
        }
    }

    @Test
    void toleratesAnAcceptWithoutRemoteEndpoint() {
        Accept accept = (Accept) ControlMessage.parse("{\"accept\":{\"address\":\"wss://h/\",\"remoteEndpoint\":null}}");
        assertThat(accept.remotePort()).isZero();
        assertThat(accept.headers()).isEmpty();
    }

    @Test
    void namesTheCommandThatItDoesNotKnow() {
        assertThat(ControlMessage.parse("{\"injectFault\":{\"id\":\"1\",\"body\":[{}]}}")).isEqualTo(new Unknown("injectFault"));
        assertThat(ControlMessage.parse("{}")).isEqualTo(new Unknown(""));
        assertThat(ControlMessage.parse("{\"later\":1,\"renewToken\":{\"token\":\"t\"}}")).isEqualTo(new RenewToken("t"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "null", "accept", "{\"accept\":{}}", "{\"accept\":1}", "{\"accept\":[]}",
        "{\"accept\":{\"address\":\"http://x\"}}", "{\"renewToken\":{}}", "{\"request\":{}}", "{\"request\":{\"address\":\"wss://h/\"}}", "{\"response\":{\"statusCode\":200}}", "{\"renewToken\":{\"token\":{}}}", "{\"a\":"})
    void refusesWhatIsNoMessage(String text) {
        assertThatThrownBy(() -> ControlMessage.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyCutAndMutationIsReadOrRefused() {
        for (int cut = 0; cut < AZURE.length(); cut++) {
            String part = AZURE.substring(0, cut);
            assertThatThrownBy(() -> ControlMessage.parse(part)).isInstanceOf(IllegalArgumentException.class);
        }
        Random random = new Random(2);
        for (int round = 0; round < 20_000; round++) {
            char[] mutated = AZURE.toCharArray();
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutated[random.nextInt(mutated.length)] = (char) random.nextInt(256);
            }
            try {
                assertThat(ControlMessage.parse(new String(mutated))).isNotNull();
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void refusesDeepNesting() {
        assertThatThrownBy(() -> ControlMessage.parse("{\"x\":" + "[".repeat(50_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
