package io.relaygate.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SniPatternTest {

    @ParameterizedTest
    @CsvSource({
        "sql.contoso.com, sql.contoso.com, true",
        "sql.contoso.com, sqlxcontoso.com, false",
        "*.contoso.com, a.contoso.com, true",
        "*.contoso.com, a.b.contoso.com, false",
        "*.contoso.com, contoso.com, false",
        "db-*.contoso.com, db-7.contoso.com, true",
    })
    void matchesLabelByLabel(String pattern, String serverName, boolean matches) {
        assertThat(SniPattern.parse(pattern).match(serverName).isPresent()).isEqualTo(matches);
    }

    @Test
    void capturesTheTextOfALabel() {
        assertThat(SniPattern.parse("{service}.{site}.sql.contoso.com").match("orders.oslo.sql.contoso.com"))
                .contains(Map.of("service", "orders", "site", "oslo"));
    }

    @ParameterizedTest
    @CsvSource({
        "*.contoso.com, www.contoso.com, true",
        "*.contoso.com, {site}.contoso.com, true",
        "www.contoso.com, *.contoso.com, false",
        "db-*.contoso.com, db-7.contoso.com, true",
        "db-*.contoso.com, db.contoso.com, false",
        "{site}.contoso.com, oslo.contoso.com, true",
        "{site}.contoso.com, rome.contoso.com, false",
        "*.contoso.com, a.b.contoso.com, false",
    })
    void tellsWhetherItTakesAllThatAnotherTakes(String wide, String narrow, boolean covers) {
        assertThat(SniPattern.parse(wide).covers(SniPattern.parse(narrow), Map.of("site", Set.of("oslo"))))
                .isEqualTo(covers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{site", "{Site!}.com", "a b.com", "{site}.{site}.com", "**?", "SQL.contoso.com", "a..b", "{sight}.com", "*{site}.com"})
    void refusesWhatIsNoPattern(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SniPattern.parse(text));
    }
}
