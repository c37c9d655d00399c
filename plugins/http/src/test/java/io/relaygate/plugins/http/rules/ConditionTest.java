package io.relaygate.plugins.http.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.Framing;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.RequestHead;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.plugins.http.wire.Version;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.SessionFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When rules are done, and what values come out of them. */
class ConditionTest {

    static Known known(String caller, String target) {
        Fields fields = new Fields().add("Accept", "a/b").add("X-Beta", "1").add("x-beta", "2").add("Cookie", "a=1; b = 2").add("Cookie", "c=x=y");
        SessionFacts facts = new SessionFacts("0".repeat(32), "in", "web", new Caller(caller, "certificate", Set.of()), "[2001:db8::1]:51312", null, Map.of(), null, null);
        RequestHead head = new RequestHead("GET", target, null, Version.HTTP_1_1, fields, Framing.NONE);
        return new Known(head, facts, facts.caller(), Origin.of(facts.source(), true, null, List.of()), "id-1", Instant.EPOCH, new ResponseHead(404, "", Version.HTTP_1_1, new Fields(), Framing.NONE));
    }

    private static Condition of(
            Map<String, ValueMatch> header, Map<String, ValueMatch> query, Map<String, ValueMatch> cookie, List<StatusMatch> status) {
        return new Condition(List.of(), List.of(), header, query, cookie, List.of(), null, List.of(), null, status, List.of(), null);
    }

    private static Condition header(String name, String value) {
        return of(Map.of(name, ValueMatch.parse(value)), Map.of(), Map.of(), List.of());
    }

    private static Condition query(String name, String value) {
        return of(Map.of(), Map.of(name, ValueMatch.parse(value)), Map.of(), List.of());
    }

    private static Condition cookie(String name, String value) {
        return of(Map.of(), Map.of(), Map.of(name, ValueMatch.parse(value)), List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "x-Beta, 2, true", "X-Beta, 3, false", "X-Beta, *, true", "X-None, *, false", "Accept, ~a/.*, true", "Accept, ~a, false", "Accept, '', false"})
    void headerIsOneOfItsLines(String name, String value, boolean holds) {
        assertThat(header(name, value).holds(known("", "/"))).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"a, 1, true", "a, ä ö, true", "A, 1, false", "b, '', true", "b, *, true", "c d, *, true", "e, *, false", "f, %zz, true"})
    void parameterIsComparedDecoded(String name, String value, boolean holds) {
        assertThat(query(name, value).holds(known("", "/?%61=1&a=%C3%A4+%C3%B6&b&c+d=&f=%zz"))).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"a, 1, true", "b, 2, true", "c, x=y, true", "c, x, false", "A, 1, false", "d, *, false"})
    void cookieIsComparedAsItIs(String name, String value, boolean holds) {
        assertThat(cookie(name, value).holds(known("", "/"))).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"404, true", "4xx, true", "5xx, false", "403, false"})
    void statusIsANumberOrAClass(String status, boolean holds) {
        Condition condition = of(Map.of(), Map.of(), Map.of(), List.of(StatusMatch.parse(status)));
        assertThat(condition.holds(known("", "/"))).isEqualTo(holds);
    }

    @Test
    void conditionsAreMetTogetherOrOneOfThemOrNot() {
        Condition yes = header("X-Beta", "*");
        Condition no = header("X-None", "*");
        assertThat(any(List.of(no, yes), null).holds(known("", "/"))).isTrue();
        assertThat(any(List.of(no), null).holds(known("", "/"))).isFalse();
        assertThat(any(List.of(), no).holds(known("", "/"))).isTrue();
        assertThat(any(List.of(yes), yes).holds(known("", "/"))).isFalse();
    }

    private static boolean holds(String network, Condition.@Nullable Scheme scheme, String sni, @Nullable String certificate, Origin origin) {
        Condition condition = new Condition(
                List.of(), List.of(), Map.of(), Map.of(), Map.of(), network.isEmpty() ? List.of() : List.of(Network.parse(network)), scheme,
                sni.isEmpty() ? List.of() : List.of(ServerName.parse(sni)), certificate == null ? null : ValueMatch.parse(certificate),
                List.of(), List.of(), null);
        Known known = known("", "/");
        return condition.holds(new Known(known.head(), known.session(), known.caller(), origin, "id-1", Instant.EPOCH, null));
    }

    private static Origin from(String source) {
        return Origin.of(source, false, null, List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.255.255:80, true", "10.1.0.0/16, 10.2.0.0:80, false", "10.1.2.3, 10.1.2.3, true", "10.1.2.3, 10.1.2.2, false",
        "0.0.0.0/0, 255.0.0.1:1, true", "0.0.0.0/0, '[::1]:1', false", "2001:db8::/33, '[2001:db8:7fff::1]:1', true",
        "2001:db8::/33, '[2001:db8:8000::1]:1', false", "'::/0', 2001:db8::1, true", "10.0.0.0/8, '[::ffff:10.0.0.1]:1', true", "10.0.0.0/8, unix, false",
        "0.0.0.0/0, '', false"})
    void networkIsTheOneOfTheClientsAddress(String network, String source, boolean holds) {
        assertThat(holds(network, null, "", null, from(source))).isEqualTo(holds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0/8", "::1/127", "::/129", "localhost", "10.0.0.0/", "10.0.0.0/x", ""})
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("expected a");
    }

    @ParameterizedTest
    @CsvSource({"a.test, a.test, true", "A.test, a.test, true", "a.test, b.test, false", "*.test, a.b.test, true", "*.test, test, false", "*, a, true", "*, , false", "a, , false"})
    void serverNameIsTheOneThatTlsHasAskedFor(String sni, @Nullable String asked, boolean holds) {
        assertThat(holds("", null, sni, null, Origin.of("", true, asked, List.of()))).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({"CN=app, true", "dns:app.test, true", "*, true", "~dns:.*[.]test, true", "app, false", "~app, false"})
    void certificateIsCalledByOneOfItsNames(String name, boolean holds) {
        assertThat(holds("", null, "", name, Origin.of("", true, null, List.of("CN=app", "dns:app.test")))).isEqualTo(holds);
        assertThat(holds("", null, "", name, from(""))).as("without one").isFalse();
    }

    @Test
    void schemeIsTheClients() {
        assertThat(holds("", Condition.Scheme.HTTPS, "", null, Origin.of("", true, null, List.of()))).isTrue();
        assertThat(holds("", Condition.Scheme.HTTP, "", null, Origin.of("", true, null, List.of()))).isFalse();
        assertThat(holds("", Condition.Scheme.HTTP, "", null, from(""))).isTrue();
    }

    private static Condition any(List<Condition> any, @Nullable Condition not) {
        return new Condition(List.of(), List.of(), Map.of(), Map.of(), Map.of(), List.of(), null, List.of(), null, List.of(), any, not);
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "6x", "xx", "4x4", "04x", "1000"})
    void whatIsNoStatusIsRefused(String text) {
        assertThatThrownBy(() -> StatusMatch.parse(text)).hasMessageContaining("expected a status");
    }

    private static FieldRule set(String value) {
        return new FieldRule("X", null, null, null, null, null, null, null, Template.parse(value), null, null, null, false);
    }

    @Test
    void nameOfACallerGoesOutAsOctetsAndNeverAsTheEndOfALine() throws MalformedException {
        Fields fields = new Fields().add("X", "forged");
        set("${caller}").apply(fields, known("J\u00fcrgen \u010a", "/"));
        assertThat(fields.first("X")).isEqualTo("J\u00c3\u00bcrgen \u00c4\u008a");
        for (String name : List.of("a\r\nY: b", "a\nb", "a\u0000b")) {
            assertThatThrownBy(() -> set("${caller}").apply(fields, known(name, "/"))).isInstanceOf(MalformedException.class);
            assertThat(fields.has("X")).isFalse();
        }
    }

    @Test
    void browsersAreToldToUseTlsWhereTheyDo() {
        SecurityFields security = new SecurityFields(Duration.ofHours(1), true, false, SecurityFields.Frames.ANY, "origin", null);
        Fields fields = new Fields();
        security.apply(fields, true);
        assertThat(fields.first("Strict-Transport-Security")).isEqualTo("max-age=3600; includeSubDomains");
        Fields clear = new Fields();
        security.apply(clear, false);
        assertThat(clear.has("Strict-Transport-Security")).isFalse();
    }

    @Test
    void addressesAreToldWithoutBrackets() throws MalformedException {
        Fields fields = new Fields();
        set("${client.ip} ${client.port} ${scheme}").apply(fields, known("", "/"));
        assertThat(fields.first("X")).isEqualTo("2001:db8::1 51312 https");
    }
}
