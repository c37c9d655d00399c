package io.relaygate.plugins.http;

import static io.relaygate.plugins.http.Talk.head;
import static io.relaygate.plugins.http.Talk.headOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.plugins.http.rules.Network;
import io.relaygate.plugins.http.rules.Origin;
import io.relaygate.plugins.http.wire.Chars;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.sdk.testkit.NothingLeftBehind;
import io.relaygate.sdk.testkit.Peer;
import io.relaygate.sdk.testkit.TestRoute;
import io.relaygate.sdk.testkit.TestSession;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is believed what of the way that a request has come. */
@Timeout(120)
@ExtendWith(NothingLeftBehind.class)
class HopsTest {

    private static final List<Network> TRUSTED = List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8"));

    private static Hops hops(String source, Fields fields) throws MalformedException {
        return Hops.of(Origin.of(source, false, null, List.of()), fields, TRUSTED);
    }

    private static Fields said(String list) {
        Fields fields = new Fields();
        for (String each : list.isEmpty() ? new String[0] : list.split("~", -1)) {
            fields.add(each.substring(0, each.indexOf(':')), each.substring(each.indexOf(':') + 1).strip());
        }
        return fields;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "192.0.2.1:5 | X-Forwarded-For: 198.51.100.1~X-Forwarded-Proto: https | 192.0.2.1 | false | 192.0.2.1 | for=192.0.2.1",
        "10.0.0.1:5  | ''                                    | 10.0.0.1     | false | 10.0.0.1 | for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-Proto: https              | 10.0.0.1     | true  | 10.0.0.1 | for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 198.51.100.1         | 198.51.100.1 | false | 198.51.100.1, 10.0.0.1 | for=198.51.100.1, for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 1.1.1.1, 198.51.100.1, 10.9.9.9 | 198.51.100.1 | false | 198.51.100.1, 10.9.9.9, 10.0.0.1 | for=198.51.100.1, for=10.9.9.9, for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 1.1.1.1~X-Forwarded-For: 198.51.100.1:80~X-Forwarded-Proto: HTTPS | 198.51.100.1 | true | 198.51.100.1, 10.0.0.1 | for=198.51.100.1, for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 10.1.1.1, 10.2.2.2   | 10.1.1.1     | false | 10.1.1.1, 10.2.2.2, 10.0.0.1 | for=10.1.1.1, for=10.2.2.2, for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 198.51.100.1, evil;by=x | ''        | false | unknown, 10.0.0.1 | for=unknown, for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 198.51.100.1, unknown | ''          | false | unknown, 10.0.0.1 | for=unknown, for=10.0.0.1",
        "[fd00::1]:5 | X-Forwarded-For: [2001:db8::1]:80      | 2001:db8::1 | false | 2001:db8::1, fd00::1 | for=\"[2001:db8::1]\", for=\"[fd00::1]\"",
        "10.0.0.1:5  | Forwarded: for=1.1.1.1, For=\"[2001:db8::1]:80\";proto=https;host=a, for=10.2.2.2;proto=http | 2001:db8::1 | true | 2001:db8::1, 10.2.2.2, 10.0.0.1 | For=\"[2001:db8::1]:80\";proto=https;host=a, for=10.2.2.2;proto=http, for=10.0.0.1",
        "10.0.0.1:5  | Forwarded: proto=https                 | ''          | true  | unknown, 10.0.0.1 | proto=https, for=10.0.0.1",
        "10.0.0.1:5  | Forwarded: for=_hid                    | ''          | false | _hid, 10.0.0.1 | for=_hid, for=10.0.0.1",
        "10.0.0.1:5  | X-Forwarded-For: 1.1.1.1~Forwarded: for=\"1.1.1.1:9\"~X-Forwarded-Proto: gopher | 1.1.1.1 | false | 1.1.1.1, 10.0.0.1 | for=\"1.1.1.1:9\", for=10.0.0.1"})
    void clientIsTheFirstFromTheRightWhomNoTrustedProxyVouchesFor(
            String source, String fields, String client, boolean https, String list, String forwarded) throws MalformedException {
        Hops hops = hops(source, said(fields));
        assertThat(hops.client().ip()).isEqualTo(client);
        assertThat(hops.client().https()).isEqualTo(https);
        assertThat(hops.list()).isEqualTo(list);
        assertThat(hops.forwarded("")).isEqualTo(forwarded);
    }

    @Test
    void proxyThatSaysTwoThingsHasPassedOneOnFromAClient() {
        assertThatThrownBy(() -> hops("10.0.0.1:5", said("X-Forwarded-For: 1.1.1.1~Forwarded: for=2.2.2.2")))
                .isInstanceOf(MalformedException.class).hasMessageContaining("two clients");
    }

    /** Whatever is said, what goes on is a field, and no element more than it should be. */
    @Test
    void nothingThatIsSaidBreaksWhatGoesOn() {
        Random random = new Random(7);
        String letters = "for=\"[]:,;\\ 10._x\t\u00e4";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder("for=10.0.0.1");
            for (int j = random.nextInt(12); j >= 0; j--) {
                text.insert(random.nextInt(text.length()), letters.charAt(random.nextInt(letters.length())));
            }
            Fields list = new Fields().add("X-Forwarded-For", text.toString());
            Fields element = new Fields().add("Forwarded", text.toString());
            for (Fields fields : List.of(list, element)) {
                try {
                    Hops hops = hops("10.0.0.1:5", fields);
                    assertThat(hops.list()).matches("[0-9A-Za-z:., _-]+");
                    assertThat(Chars.isValue(hops.forwarded(""))).isTrue();
                    assertThat(new Fields().add("Forwarded", hops.forwarded("")).members("Forwarded").getLast()).as(text.toString()).isEqualTo("for=10.0.0.1");
                } catch (MalformedException e) {
                    throw new AssertionError(text.toString(), e);
                }
            }
        }
        String long64 = "for=\"" + "\\\"".repeat(30_000);
        assertThat(Hops.of(Origin.of("192.0.2.1:1", false, null, List.of())).list()).isEqualTo("192.0.2.1");
        assertThatThrownBy(() -> {
            hops("10.0.0.1:5", new Fields().add("Forwarded", long64));
            throw new MalformedException(400, "read");
        }).hasMessage("read");
    }

    @Test
    void conditionsVariablesAndLimitsGoByTheClientThatIsBelieved() {
        String settings = """
                name: gw
                trustedProxies: [127.0.0.1]
                perSource: { perSecond: 1 }
                hosts:
                  a:
                    to: far
                    request: [ { set: X-Client, value: "${client.ip} ${client.port} ${scheme}" } ]
                    cases: [ { when: { network: 192.0.2.0/24, scheme: https }, to: inside } ]
                """;
        try (TestRoute route = TestRoute.with(new HttpProtocol()).settings(settings).destinations("far", "inside").open()) {
            TestSession session = route.connect();
            String[][] all = {{"X-Forwarded-For: 192.0.2.7:99", "X-Forwarded-Proto: https", "inside", "192.0.2.7 99 https"},
                {"X-Forwarded-For: 192.0.2.8", "X-Forwarded-Proto: http", "far", "192.0.2.8  http"}, {"A: 1", "B: 2", "far", "127.0.0.1 1024 http"}};
            for (String[] each : all) {
                session.client().sends(head("GET / HTTP/1.1", "Host: a", each[0], each[1]));
                Peer far = session.destination(each[2]);
                assertThat(headOf(far)).contains("\r\nX-Client: " + each[3] + "\r\n");
                far.sends(head("HTTP/1.1 204 No Content", "Connection: close")).closes();
                headOf(session.client());
            }
            session.client().sends(head("GET / HTTP/1.1", "Host: a", "X-Forwarded-For: 192.0.2.8"));
            assertThat(headOf(session.client())).startsWith("HTTP/1.1 429 ");
            session.client().receivesToTheEnd();
            session.client().closes();
            session.ending();
        }
    }
}
