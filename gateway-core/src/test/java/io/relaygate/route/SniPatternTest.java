package io.relaygate.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
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
        "SQL.contoso.com, sql.contoso.com, true",
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
    @ValueSource(strings = {"", "{site", "{Site!}.com", "a b.com", "{site}.{site}.com", "**?"})
    void refusesWhatIsNoPattern(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> SniPattern.parse(text));
    }
}
