package io.relaygate.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoursTest {

    /** 2026-11-23 is a Monday; Oslo is an hour ahead of UTC then, and two in July. */
    @ParameterizedTest
    @CsvSource({
        "07:00-19:00, 2026-11-23T06:59:59Z, false", "07:00-19:00, 2026-11-23T07:00:00Z, true",
        "07:00-19:00, 2026-11-23T18:59:59Z, true", "07:00-19:00, 2026-11-23T19:00:00Z, false",
        "07:00-19:00 Europe/Oslo, 2026-11-23T06:00:00Z, true", "07:00-19:00 Europe/Oslo, 2026-11-23T18:30:00Z, false",
        "07:00-19:00 Europe/Oslo, 2026-07-06T05:00:00Z, true",
        "'mon,wed-thu 00:00-24:00', 2026-11-23T00:00:00Z, true", "'mon,wed-thu 00:00-24:00', 2026-11-24T12:00:00Z, false",
        "'mon,wed-thu 00:00-24:00', 2026-11-26T23:59:59Z, true", "'mon,wed-thu 00:00-24:00', 2026-11-27T00:00:00Z, false",
        "sat-mon 10:00-11:00, 2026-11-22T10:30:00Z, true", "sat-mon 10:00-11:00, 2026-11-23T10:30:00Z, true",
        "sat-mon 10:00-11:00, 2026-11-24T10:30:00Z, false",
        "fri 22:00-06:00, 2026-11-27T22:00:00Z, true", "fri 22:00-06:00, 2026-11-28T05:59:59Z, true",
        "fri 22:00-06:00, 2026-11-28T06:00:00Z, false", "fri 22:00-06:00, 2026-11-28T22:00:00Z, false",
        "fri 22:00-06:00, 2026-11-27T05:00:00Z, false", "18:00-24:00, 2026-11-27T23:59:59Z, true",
        "18:00-24:00, 2026-11-28T00:00:00Z, false", "00:00-24:00, 2026-11-28T00:00:00Z, true",
    })
    void containTheTimesThatTheyName(String hours, Instant when, boolean contained) {
        assertThat(Hours.parse(hours).contain(when)).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({
        "07:00-19:00 Europe/Oslo, 2026-11-23T06:00:00Z, 2026-11-23T18:00:00Z",
        "07:00-19:00 Europe/Oslo, 2026-07-06T16:59:59Z, 2026-07-06T17:00:00Z",
        "fri 22:00-06:00, 2026-11-27T22:00:00Z, 2026-11-28T06:00:00Z", "fri 22:00-06:00, 2026-11-28T05:59:59Z, 2026-11-28T06:00:00Z",
        "18:00-24:00, 2026-11-27T18:00:00Z, 2026-11-28T00:00:00Z", "'mon,thu 00:00-24:00', 2026-11-26T00:00:00Z, 2026-11-27T00:00:00Z",
        // The clocks go from 02:00 to 03:00, and from 03:00 back to 02:00.
        "01:00-02:30 Europe/Oslo, 2026-03-29T00:30:00Z, 2026-03-29T01:00:00Z", "01:00-05:00 Europe/Oslo, 2026-03-29T00:30:00Z, 2026-03-29T03:00:00Z",
        "01:00-02:30 Europe/Oslo, 2026-10-24T23:30:00Z, 2026-10-25T00:30:00Z",
    })
    void areOverWhenTheyEnd(String hours, Instant when, Instant over) {
        Hours parsed = Hours.parse(hours);
        assertThat(parsed.over(when)).isEqualTo(over);
        assertThat(parsed.contain(over.minusMillis(1))).isTrue();
        assertThat(parsed.contain(over)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "office hours | expected hours such as mon-fri 07:00-19:00 Europe/Oslo, found 'office hours'",
        "mon-fri | expected hours such as mon-fri 07:00-19:00 Europe/Oslo, found 'mon-fri'",
        "mo-fr 07:00-19:00 | days are mon, tue, wed, thu, fri, sat, sun, found 'mo-fr 07:00-19:00'",
        "mon-wed-fri 07:00-19:00 | expected days such as mon-fri or sat,sun, found 'mon-wed-fri 07:00-19:00'",
        "07:00-25:00 | no time of day is 25:00, found '07:00-25:00'",
        "24:00-08:00 | no time of day is 24:00, found '24:00-08:00'",
        "07:00-07:00 | the hours end when they begin, found '07:00-07:00'",
        "07:00-19:00 Europe/Olso | no time zone is called Europe/Olso, found '07:00-19:00 Europe/Olso'",
    })
    void saysWhatIsWrong(String text, String why) {
        assertThatThrownBy(() -> Hours.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessage(why);
    }
}
