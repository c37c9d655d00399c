package io.relaygate.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationNameTest {

    @Test
    void readsADestinationOfThisGateway() {
        assertThat(DestinationName.parse("sql-a")).isEqualTo(new DestinationName(null, "sql-a"));
    }

    @Test
    void readsAServiceAtASite() {
        assertThat(DestinationName.parse("oslo/orders")).isEqualTo(new DestinationName("oslo", "orders"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "sql-a", "a.b_c-d", "oslo/orders", "oslo.no/orders.v2", "a--b"})
    void writesWhatItReads(String text) {
        assertThat(DestinationName.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "/", "/orders", "oslo/", "oslo//orders", "oslo/orders/v2", "Oslo/orders", "oslo/Orders", "-a", "a-", ".a",
        "a.", "..", "oslo/..", "a b", " a", "a ", "a\n", "a\r\nb", "{site}/orders", "østfold", "a%2fb", "a?b", "a\\b"
    })
    void refusesOtherText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DestinationName.parse(text))
                .withMessageStartingWith("a name has 1 to 63 lower-case letters, digits, '.', '_' or '-' and begins and "
                        + "ends with a letter or digit, found '");
    }

    @Test
    void takesWordsOfAtMost63Characters() {
        String longest = "a".repeat(63);

        assertThat(DestinationName.parse(longest + "/" + longest)).hasToString(longest + "/" + longest);
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationName.parse(longest + "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> DestinationName.parse("a/" + longest + "a"));
    }
}
