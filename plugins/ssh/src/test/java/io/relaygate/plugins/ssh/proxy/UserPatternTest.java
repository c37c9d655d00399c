package io.relaygate.plugins.ssh.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserPatternTest {

    @ParameterizedTest
    @CsvSource({
        "{caller}+{host}, alice+web1, alice, web1",
        "{caller}+{host}, alice@contoso.com+web1.oslo, alice@contoso.com, web1.oslo",
        "{caller}+{host}, a+b+c, a+b, c",
        "{host}%{caller}, web1%alice, alice, web1",
        "deploy+{host}, deploy+web1, deploy+web1, web1",
        "{caller:[a-z]+}.{host:(web|db)[0-9]+}, alice.db12, alice, db12",
    })
    void saysWhoAndWhere(String pattern, String user, String caller, String host) {
        assertThat(UserPattern.parse(pattern).match(user)).isEqualTo(new UserPattern.Found(caller, Map.of("host", host)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "alice+", "+web1", "alice+../web1", "alice+web1/x", "alice+web%00", "alice+web1\n", "alice+web 1", "alice+web1:22"})
    void whatDoesNotFitSaysNothing(String user) {
        assertThat(UserPattern.parse("{caller}+{host}").match(user)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice.db", "alice.mail1", "Alice.web1", "alice.web1.web2", "alice.web1\n"})
    void whatAnExpressionDoesNotFitSaysNothing(String user) {
        assertThat(UserPattern.parse("{caller:[a-z]+}.{host:(web|db)[0-9]+}").match(user)).isNull();
    }

    @Test
    void theCallerAloneIsAllOfIt() {
        assertThat(UserPattern.parse("{caller}").match("alice+web1")).isEqualTo(new UserPattern.Found("alice+web1", Map.of()));
    }

    @Test
    void aLongNameOfManyPartsIsJudgedAtOnce() {
        assertThat(UserPattern.parse("{caller}+{a}-{b}-{c}+x").match("a-".repeat(120) + "+y")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "''|expected a user name such as",
        "{Caller}|expected a user name such as",
        "{caller|expected a user name such as",
        "{caller}+{caller}|captures the same name twice",
        "{caller}+{host:[a-z}|has a regular expression that is none",
        "{caller}{host}|needs something between two names in braces",
    })
    void whatIsNoPatternIsSaidSo(String text, String words) {
        assertThatIllegalArgumentException().isThrownBy(() -> UserPattern.parse(text)).withMessageContaining(words);
    }
}
