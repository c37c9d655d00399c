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
        return new Known(head, facts, facts.caller(), true, "id-1", Instant.EPOCH, new ResponseHead(404, "", Version.HTTP_1_1, new Fields(), Framing.NONE));
    }

    private static Condition header(String name, String value) {
        return new Condition(List.of(), List.of(), Map.of(name, ValueMatch.parse(value)), Map.of(), Map.of(), List.of(), List.of(), null);
    }

    private static Condition query(String name, String value) {
        return new Condition(List.of(), List.of(), Map.of(), Map.of(name, ValueMatch.parse(value)), Map.of(), List.of(), List.of(), null);
    }

    private static Condition cookie(String name, String value) {
        return new Condition(List.of(), List.of(), Map.of(), Map.of(), Map.of(name, ValueMatch.parse(value)), List.of(), List.of(), null);
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
        Condition condition = new Condition(
                List.of(), List.of(), Map.of(), Map.of(), Map.of(), List.of(StatusMatch.parse(status)), List.of(), null);
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

    private static Condition any(List<Condition> any, @Nullable Condition not) {
        return new Condition(List.of(), List.of(), Map.of(), Map.of(), Map.of(), List.of(), any, not);
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
