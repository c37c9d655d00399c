package io.relaygate.relay.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.net.BadHeadException;
import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HybridRequestTest {

    private static final String GUID = "0725cf92-e3ed-42ec-a9a4-4635003802c0";

    @Test
    void separatesTheRelaysParametersFromTheSenders() throws IOException {
        HybridRequest request = read("/$hc/a/b/sv%20c/?x=1&sb-hc-action=connect&y=%2B+&SB-HC-ID=" + GUID
                + "&sb-hc-token=Shared+x%2526y", "Relay.contoso.com:9443");
        assertThat(request.path()).isEqualTo("a/b/sv c");
        assertThat(request.rawPath()).isEqualTo("a/b/sv%20c");
        assertThat(request.action()).isEqualTo("connect");
        assertThat(request.query()).isEqualTo("x=1&y=%2B+");
        assertThat(request.guid()).isEqualTo(GUID);
        assertThat(request.token()).isEqualTo("Shared x%26y");
        assertThat(request.resource()).isEqualTo("sb://Relay.contoso.com/a/b/sv%20c");
    }

    @Test
    void prefersTheTokenOfTheHeaderAndPassesNoneOn() throws IOException {
        HybridRequest request = HybridRequest.read(
                new HttpHead("GET", "/%24hc/a?sb-hc-token=q", "HTTP/1.1",
                        List.of(new Field("Host", "[::1]:1"), new Field("servicebusauthorization", "h"),
                                new Field("X", "1"), new Field("x", "2"), new Field("Sec-WebSocket-Key", "k")), 0),
                "192.0.2.1", 5);
        assertThat(request.token()).isEqualTo("h");
        assertThat(request.headers()).containsOnlyKeys("Host", "X", "Sec-WebSocket-Key").containsEntry("X", "1, 2");
        assertThat(request.resource()).isEqualTo("sb://[::1]/a");
        assertThat(request.guid()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/$hc/", "/$hc/a//b", "/$hc/a/../b", "/$hc/a/%2e%2E/b", "/$hc/%00", "/$hc/a#b", "/$hc//a"})
    void refusesPathsThatCanMeanTwoThings(String target) {
        assertThatThrownBy(() -> read(target, "h")).isInstanceOf(BadHeadException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a:", "a:123456", "user@a", "a\"b", "[::1"})
    void refusesHostsThatAreNone(String host) {
        assertThatThrownBy(() -> read("/$hc/a", host)).isInstanceOf(BadHeadException.class);
    }

    @Test
    void everyMutationIsReadOrRefused() throws IOException {
        String target = "/$hc/a/b/c%20d?x=1&sb-hc-action=connect&sb-hc-id=" + GUID + "&sb-hc-token=a%20b";
        Random random = new Random(3);
        for (int round = 0; round < 20_000; round++) {
            char[] mutated = target.toCharArray();
            mutated[5 + random.nextInt(mutated.length - 5)] = (char) (33 + random.nextInt(94));
            try {
                HybridRequest request = read(new String(mutated), "h");
                assertThat(request.query().toLowerCase(java.util.Locale.ROOT)).doesNotStartWith("sb-hc-");
            } catch (BadHeadException e) {
                assertThat(e.status()).isEqualTo(400);
            }
        }
    }

    private static HybridRequest read(String target, String host) throws IOException {
        HttpHead head = new HttpHead("GET", target, "HTTP/1.1", List.of(new Field("Host", host)), 0);
        return HybridRequest.read(head, "192.0.2.1", 5);
    }
}
