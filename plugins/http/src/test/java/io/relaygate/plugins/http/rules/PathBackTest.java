package io.relaygate.plugins.http.rules;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of paths the other way round. */
class PathBackTest {

    private static PathBack back(String pattern, String value) {
        return PathBack.of(new PathChange(null, null, Regex.parse(pattern), Template.parse(value)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "^/users/([0-9]+)        | /v2/${1}/user   | /v2/7/user/x | /users/7/x",
        "^/([a-z]+)/([0-9]+)$    | /${2}/${1}      | /7/a         | /a/7",
        "^/([a-z]+)/([0-9]+)$    | /${2}/${1}      | /7/a/b       | /7/a/b",
        "^/a\\.b                 | /c+d            | /c+d/x       | /a.b/x",
        "^/(?:a)                 | /b              | /b           | /b",
        "^/([^/)]*)/x            | /y/${1}         | /y/q%20r/s   | /q%20r/x/s",
        "^/old                   | /new            | /new/1       | /old/1",
        "^/old                   | /new            | /old/1       | /old/1",
        "^/([a-z]*)              | ${1}/z          | /z           | /"})
    void pathComesBackIfThePatternMakesTheSameOfItAgain(String pattern, String value, String inner, String outer) {
        assertThat(back(pattern, value).of(inner)).isEqualTo(outer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "/a; /z", "^/a|^/b; /z", "^/a+; /z", "^/(a)+; /${1}", "^/[ab]; /z", "^/.; /z", "^/(?i:a); /z", "^/((a)); /${1}", "^/\\d; /z", "^/a{2}; /z", "^/a$b; /z"})
    void patternThatIsNotOfLettersAndGroupsIsLeft(String pattern, String value) {
        assertThat(back(pattern, value).leavesPattern()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/z", "/${1}/${1}", "/${0}", "/${1:-x}", "/${1}/${method}"})
    void valueThatDoesNotSayEachGroupOnceIsLeft(String value) {
        assertThat(back("^/([a-z]+)", value).leavesPattern()).isTrue();
        assertThat(back("^/([a-z]+)", value).of("/a")).isEqualTo("/a");
    }

    @Test
    void whatIsTakenAwayAndPutBeforeComesBackTogetherWithThePattern() {
        PathBack back = PathBack.of(new PathChange("/api", "/v2", Regex.parse("^/u/([0-9]+)"), Template.parse("/user-${1}")));
        assertThat(back.of("/v2/user-7")).isEqualTo("/api/u/7");
        assertThat(back.of("/v2/other")).isEqualTo("/api/other");
        assertThat(back.of("/elsewhere")).isNull();
    }
}
